using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using NormalizationLayer = ExperimentRunner.Engine.Layers.Preprocessing.Normalization;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing;

public class NormalizationTests
{
    private static readonly Tensor?[] NoMask = [null];

    [Theory]
    [InlineData(null, 1)]
    [InlineData(new[] { -1 }, 3)]
    [InlineData(new[] { 1 }, 2)]
    [InlineData(new[] { 1, 2 }, 6)]
    [InlineData(new[] { -1, 1 }, 6)]
    public void WhatWasLearnedMakesMeanZeroAndVarianceOne(int[]? axis, int figures)
    {
        using var scope = NewDisposeScope();
        var x = (randn(50, 2, 3) * tensor(new[] { 1f, 10, 100 })) + tensor(new[] { 5f, -5, 0 });
        var layer = Assert.IsType<NormalizationLayer>(new NormalizationLayer { Axis = axis }.Adapt([x.narrow(0, 0, 20), x.narrow(0, 20, 20), x.narrow(0, 40, 10)]));

        var y = Run(layer, x);

        Assert.Equal((figures, figures), (layer.Mean!.Count, layer.Variance!.Count));
        long[] over = axis is null ? [0, 1, 2] : [.. Enumerable.Range(0, 3).Except(axis.Select(a => (a + 3) % 3)).Select(a => (long)a)];
        Assert.True(y.mean(over).abs().max().item<float>() < 1e-5);
        Assert.Equal(1, y.square().mean(over).min().item<float>(), 1e-4);
        Assert.True(allclose(Run(layer with { Invert = true }, y), x, 1e-4, 1e-4));
    }

    [Fact]
    public void LargeNumbersLoseNothing()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3 }).reshape(4, 1);

        var layer = Assert.IsType<NormalizationLayer>(new NormalizationLayer().Adapt([x.narrow(0, 0, 1), x.narrow(0, 1, 3)]));

        Assert.Equal(1e9 + 1.5, layer.Mean![0]);
        Assert.Equal(1.25, layer.Variance![0], 1e-9);
    }

    [Fact]
    public void FiguresMayBeGiven()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2, 3, 4 }, [2, 2]);

        Assert.True(allclose(Run(new NormalizationLayer { Mean = [3], Variance = [4] }, x), (x - 3) / 2));
        Assert.True(allclose(Run(new NormalizationLayer { Mean = [1, 2], Variance = [4, 9] }, x), (x - tensor(new[] { 1f, 2 })) / tensor(new[] { 2f, 3 })));
        Assert.True(allclose(Run(new NormalizationLayer { Mean = [1], Variance = [0] }, x), (x - 1) / 1e-7f)); // Keras's least deviation
    }

    [Fact]
    public void FiguresForTheLastOfTwoAxesHoldForAllOfTheFirst()
    {
        using var scope = NewDisposeScope();
        var x = arange(12, float32).reshape(2, 2, 3);

        var y = Run(new NormalizationLayer { Axis = [1, 2], Mean = [1, 2, 3], Variance = [1, 4, 9] }, x);

        Assert.True(allclose(y, (x - tensor(new[] { 1f, 2, 3 })) / tensor(new[] { 1f, 2, 3 })));
    }

    [Fact]
    public void WithoutFiguresItHasTheWeightsThatKerasSaves()
    {
        using var scope = NewDisposeScope();
        using var module = new NormalizationLayer().Build([new Spec(Shape.OfBatch(4, 3))], new BuildContext("normalization", default));

        Assert.Equal(["normalization/mean", "normalization/variance", "normalization/count"], module.Weights.Select(weight => weight.Path));
        Assert.Equal(["3", "3", ""], module.Weights.Select(weight => string.Join(',', weight.Shape)));
        Assert.DoesNotContain(module.Weights, weight => weight.Trainable);
        var x = randn(2, 4, 3);
        Assert.True(x.Equals(module.Call([x], NoMask, new Call(training: false, default))[0]));
        module.Weights[0].Assign(tensor(new[] { 1f, 2, 3 }));
        module.Weights[1].Assign(tensor(new[] { 4f, 9, 16 }));
        Assert.True(allclose(module.Call([x], NoMask, new Call(training: true, default))[0], (x - tensor(new[] { 1f, 2, 3 })) / tensor(new[] { 2f, 3, 4 })));
    }

    [Theory]
    [InlineData("""{"mean": 1}""", "'mean' and 'variance' go together.")]
    [InlineData("""{"variance": [1]}""", "'mean' and 'variance' go together.")]
    [InlineData("""{"mean": [1, 2], "variance": 1}""", "'mean' and 'variance' go together.")]
    public void HalfOfTheFiguresIsAMistake(string options, string problem) =>
        Assert.Equal(problem, Assert.Single(Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse($$"""{"Normalization": {{options}} }"""))).Errors).Problem);

    [Fact]
    public void WhatDoesNotFitIsTold()
    {
        var input = new Spec(Shape.OfBatch(null, 3));

        Assert.Equal("has 2 figures, where its input needs 3: [batch, ?, 3]", Problem(new NormalizationLayer { Mean = [1, 2], Variance = [1, 2] }, input));
        Assert.Equal("has no axis 3 in its input [batch, ?, 3]", Problem(new NormalizationLayer { Axis = [3] }, input));
        Assert.Equal("needs to know the length of axis 1, which is unknown in its input [batch, ?, 3]", Problem(new NormalizationLayer { Axis = [1] }, input));
        Assert.Equal("learns from data, and there are none", Assert.Throws<ShapeException>(() => new NormalizationLayer().Adapt([])).Message);
    }

    private static string Problem(Layer layer, Spec input) => Assert.Throws<ShapeException>(() => layer.Infer([input], CallOptions.None)).Message;

    private static Tensor Run(Layer layer, Tensor x)
    {
        using var module = layer.Build([new Spec(new Shape(x.shape.Select(length => (long?)length)))], new BuildContext("", default));
        return module.Call([x], NoMask, new Call(training: false, default))[0];
    }
}
