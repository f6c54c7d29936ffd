using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Normalization;
using ExperimentRunner.Engine.Layers.Reshaping;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Normalization;

public class NormalizationTests
{
    [Theory]
    [InlineData(new[] { -1 }, new long[] { 4, 5, 6 })]
    [InlineData(new[] { 1 }, new long[] { 4, 5, 6 })]
    [InlineData(new[] { -1, 1 }, new long[] { 4, 5, 6 })]
    [InlineData(new[] { 1, 3 }, new long[] { 3, 4, 5, 2 })]
    [InlineData(new[] { 2, 1 }, new long[] { 3, 4, 5, 2 })]
    public void LayerNormalizationNormalizesItsAxesTogether(int[] axis, long[] shape)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, shape) + 2;
        using var module = Numbers.Build(new LayerNormalization { Axis = axis, Epsilon = 0.01 }, [x]);
        var (gamma, beta) = (Grid.Of(module.Weights[0].Value), Grid.Of(module.Weights[1].Value));

        var y = Numbers.Run(module, [x])[0];

        var (values, expected) = (Grid.Of(x), new Grid(shape));
        int[] axes = [.. axis.Select(one => one < 0 ? one + shape.Length : one).Order()];
        Assert.Equal(axes.Select(one => shape[one]), gamma.Shape);
        foreach (var example in values.Indices.GroupBy(index => string.Join(',', index.Where((_, at) => !axes.Contains(at)))))
        {
            var mean = example.Average(index => values[index]);
            var variance = example.Average(index => Math.Pow(values[index] - mean, 2));
            foreach (var index in example)
            {
                long[] place = [.. axes.Select(one => index[one])];
                expected[index] = (gamma[place] * (values[index] - mean) / Math.Sqrt(variance + 0.01)) + beta[place];
            }
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void LayerNormalizationGoesWithoutScaleOrOffset(bool scale, bool center)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 6).requires_grad_(true);
        using var module = Numbers.Build(new LayerNormalization { Scale = scale, Center = center }, [x]);
        var weights = module.Weights.ToDictionary(weight => weight.Name, weight => weight.Value);

        var y = Numbers.Run(module, [x])[0];
        y.square().sum().backward();

        var expected = (x - x.mean([-1], keepdim: true)) / (x.var([-1], unbiased: false, keepdim: true) + 1e-3).sqrt();
        expected = scale ? expected * weights["gamma"] : expected;
        Numbers.AssertClose(center ? expected + weights["beta"] : expected, y);
        Assert.Equal((scale ? 1 : 0) + (center ? 1 : 0), weights.Count);
        Assert.True(x.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void LayerNormalizationOfOldScalesByTheDeviationAlone()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 5, 6);
        using var module = Numbers.Build(new LayerNormalization { RmsScaling = true, Axis = [1], Scale = false }, [x]);

        var y = Numbers.Run(module, [x])[0];

        var gamma = Assert.Single(module.Weights).Value.view(1, 5, 1);
        Numbers.AssertClose(x / (x.var([1], unbiased: false, keepdim: true) + 1e-3).sqrt() * gamma, y);
    }

    [Theory]
    [InlineData(2, -1, 3, 4, 5, 6)]
    [InlineData(3, 1, 3, 6, 5, 4)]
    [InlineData(2, 2, 3, 5, 4, 6)]
    [InlineData(-1, -1, 3, 4, 6)]
    [InlineData(1, 1, 3, 6, 4)]
    [InlineData(3, -1, 4, 6)]
    [InlineData(2, -1, 2, 2, 3, 2, 4)]
    public void GroupNormalizationNormalizesEachGroup(int groups, int axis, params int[] lengths)
    {
        using var scope = NewDisposeScope();
        var shape = Array.ConvertAll(lengths, length => (long)length);
        var x = Numbers.Normal(1, shape) + 2;
        using var module = Numbers.Build(new GroupNormalization { Groups = groups, Axis = axis, Epsilon = 0.01 }, [x]);
        var (gamma, beta) = (Grid.Of(module.Weights[0].Value), Grid.Of(module.Weights[1].Value));

        var y = Numbers.Run(module, [x])[0];

        var at = axis < 0 ? axis + shape.Length : axis;
        var size = groups == -1 ? 1 : shape[at] / groups;
        var (values, expected) = (Grid.Of(x), new Grid(shape));
        foreach (var group in values.Indices.GroupBy(index => (index[0], index[at] / size)))
        {
            var mean = group.Average(index => values[index]);
            var variance = group.Average(index => Math.Pow(values[index] - mean, 2));
            foreach (var index in group)
            {
                expected[index] = (gamma[index[at]] * (values[index] - mean) / Math.Sqrt(variance + 0.01)) + beta[index[at]];
            }
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
    }

    [Theory]
    [InlineData(true, true, -1)]
    [InlineData(true, false, -1)]
    [InlineData(false, true, -1)]
    [InlineData(false, false, -1)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    public void GroupNormalizationIsTrainedWithScaleAndOffsetOrWithout(bool center, bool scale, int axis)
    {
        using var scope = NewDisposeScope();
        var (x, other) = (Numbers.Normal(1, 3, 4, 4).requires_grad_(true), Numbers.Normal(1, 3, 4, 4).requires_grad_(true));
        var gradient = Numbers.Normal(2, 3, 4, 4);
        using var module = Numbers.Build(new GroupNormalization { Groups = 2, Axis = axis, Center = center, Scale = scale }, [x]);

        Numbers.Run(module, [x])[0].backward([gradient]);

        var grouped = (axis == 1 ? other : other.transpose(1, 2)).reshape(3, 2, 8);
        var mean = grouped.mean([2], keepdim: true);
        var normal = ((grouped - mean) / ((grouped - mean).square().mean([2], keepdim: true) + 1e-3).sqrt()).reshape(3, 4, 4);
        var weights = module.Weights.ToDictionary(weight => weight.Name, weight => weight.Value.detach().view(4, 1));
        normal = scale ? normal * weights["gamma"] : normal;
        (axis == 1 ? normal : normal.transpose(1, 2)).backward([gradient]);
        Numbers.AssertClose(other.grad!, x.grad!, 1e-4);
        if (center)
        {
            Numbers.AssertClose(gradient.sum(axis == 1 ? [0L, 2L] : [0L, 1L]), module.Weights.Single(weight => weight.Name == "beta").Value.grad!, 1e-4);
        }
    }

    [Fact]
    public void GroupNormalizationNeedsChannelsForItsGroups() =>
        Assert.Equal("cannot split 8 channels into 3 groups for its input [batch, 8]", LayerRun.Misfit(new GroupNormalization { Groups = 3 }, 8));

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(1, 3)]
    public void RmsNormalizationDividesByTheRootOfTheMeanSquare(params int[] axis)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 3, 4, 5, 2);
        using var module = Numbers.Build(new RMSNormalization { Axis = axis, Epsilon = 0.01 }, [x]);
        var lengths = x.shape.Select((length, at) => axis.Contains(at) || axis.Contains(at - 4) ? length : 1).ToArray();

        var y = Numbers.Run(module, [x])[0];

        var mean = x.square().mean([.. axis.Select(one => (long)one)], keepdim: true);
        Numbers.AssertClose(x / (mean + 0.01).sqrt() * Assert.Single(module.Weights).Value.view(lengths), y);
    }

    [Fact]
    public void UnitNormalizationMakesTheLengthOne()
    {
        using var scope = NewDisposeScope();
        var x = cat([Numbers.Normal(1, 4, 5, 6), zeros(1, 5, 6)]).requires_grad_(true);
        using var module = Numbers.Build(new UnitNormalization { Axis = [1, 2] }, [x]);

        var y = Numbers.Run(module, [x])[0];
        y.sum().backward();

        Numbers.AssertClose(tensor([1f, 1, 1, 1, 0]), y.square().sum([1, 2]));
        Assert.True(x.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void SpectralNormalizationKeepsTheGreatestSingularValueAtOne()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 6);
        using var module = Numbers.Build(new SpectralNormalization { Layer = new Dense { Units = 5 }, PowerIterations = 3 }, [x]);
        var kernel = module.Children[0].Value.Weights[0].Value;

        for (var step = 0; step < 20; step++)
        {
            Numbers.Run(module, [x], training: true)[0].sum().backward();
        }

        Assert.Equal(1, linalg.svdvals(kernel.detach()).max().item<float>(), 1e-3);
        Assert.NotNull(kernel.grad);
        var before = kernel.clone();
        Numbers.AssertClose(x.matmul(kernel) + module.Children[0].Value.Weights[1].Value, Numbers.Run(module, [x])[0]);
        Numbers.AssertClose(before, kernel, 0);
    }

    [Fact]
    public void SpectralNormalizationEstimatesByPowerIteration()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 6);
        using var module = Numbers.Build(new SpectralNormalization { Layer = new Dense { Units = 5 } }, [x]);
        var (kernel, state) = (module.Weights[0].Value, module.Weights[1].Value);
        var (w, u) = (kernel.detach().clone(), state.clone());

        Numbers.Run(module, [x], training: true);

        var v = u.matmul(w.t());
        v /= v.norm();
        u = v.matmul(w);
        u /= u.norm();
        Numbers.AssertClose(u, state);
        Numbers.AssertClose(w / v.matmul(w).matmul(u.t()), kernel);
    }

    [Fact]
    public void SpectralNormalizationLeavesAKernelOfZeros()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 6);
        using var module = Numbers.Build(new SpectralNormalization { Layer = new Dense { Units = 5 } }, [x]);
        module.Weights[0].Assign(zeros(6, 5));
        var before = module.Weights[1].Value.clone();

        var y = Numbers.Run(module, [x], training: true)[0];

        Assert.True(y.isfinite().all().item<bool>());
        Numbers.AssertClose(before, module.Weights[1].Value, 0);
    }

    [Fact]
    public void SpectralNormalizationNeedsAKernel()
    {
        var layer = new SpectralNormalization { Layer = new Flatten() };

        var misfit = Assert.Throws<ShapeException>(() => layer.Build([new Spec(Shape.OfBatch(3))], new BuildContext("layer", new RandomKey(1), dry: true)));

        Assert.Equal("expected a layer with a kernel, but Flatten has none", misfit.Message);
    }
}
