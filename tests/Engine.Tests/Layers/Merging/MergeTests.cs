using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Merging;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Merging;

public class MergeTests
{
    /// <summary>Every layer that merges element by element, and what it makes of the numbers at one place.</summary>
    public static TheoryData<ElementwiseMerge, Func<double[], double>> Merges => new()
    {
        { new Add(), values => values.Sum() },
        { new Average(), values => values.Average() },
        { new Maximum(), values => values.Max() },
        { new Minimum(), values => values.Min() },
        { new Multiply(), values => values.Aggregate((one, other) => one * other) },
    };

    [Theory, MemberData(nameof(Merges))]
    public void MergesElementByElementAndStretches(ElementwiseMerge layer, Func<double[], double> merge)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Numbers.Normal(1, 3, 4, 5), Numbers.Normal(2, 3, 1, 5), Numbers.Normal(3, 3, 5), Numbers.Normal(4, 3, 4, 1)];
        using var module = Numbers.Build(layer, inputs);

        var y = Numbers.Run(module, inputs)[0];

        Grid[] grids = [Grid.Of(inputs[0]), Grid.Of(inputs[1]), Grid.Of(inputs[2].unsqueeze(1)), Grid.Of(inputs[3])];
        var expected = new Grid(3, 4, 5);
        foreach (var index in expected.Indices)
        {
            expected[index] = merge([.. grids.Select(grid => grid[[.. index.Zip(grid.Shape, (at, length) => length == 1 ? 0 : at)]])]);
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
        Assert.Equal(Shape.OfBatch(4, 5), layer.Infer([.. inputs.Select(Numbers.SpecOf)], CallOptions.None)[0].Shape);
    }

    [Fact]
    public void SubtractTakesTwoInputs()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Numbers.Normal(1, 3, 4), Numbers.Normal(2, 3, 4)];
        using var module = Numbers.Build(new Subtract(), inputs);

        Numbers.AssertClose(inputs[0] - inputs[1], Numbers.Run(module, inputs)[0]);
        Assert.Equal("takes two inputs, but was given 3", Misfit(new Subtract(), new(null, 4), new(null, 4), new(null, 4)));
    }

    [Fact]
    public void InputsMustFitEachOther() => Assert.Equal(
        "expected inputs of one shape, but they are [batch, 4] and [batch, 5]", Misfit(new Add(), new(null, 4), new(null, 5)));

    [Fact]
    public void AnUnknownLengthIsTheOthers()
    {
        Assert.Equal(Shape.OfBatch(4, null), Infer(new Add(), Shape.OfBatch(null, null), Shape.OfBatch(4, 1)));
        Assert.Equal(Shape.OfBatch(4), Infer(new Add(), Shape.OfBatch(4), Shape.OfBatch((long?)null)));
    }

    [Fact]
    public void WholeNumbersStayWholeAndMeetFractionsAsFractions()
    {
        var (whole, fraction) = (new Spec(Shape.OfBatch(4), DataType.Int32), new Spec(Shape.OfBatch(4)));

        Assert.Equal(DataType.Int32, new Add().Infer([whole, whole], CallOptions.None)[0].Type);
        Assert.Equal(DataType.Float32, new Add().Infer([whole, fraction], CallOptions.None)[0].Type);
    }

    [Theory, MemberData(nameof(Merges))]
    public void APositionCountsWhereItCountsInAnyInput(ElementwiseMerge layer, Func<double[], double> merge)
    {
        Assert.NotNull(merge);
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Numbers.Normal(1, 2, 3, 4), Numbers.Normal(2, 2, 3, 4)];
        using var module = Numbers.Build(layer, inputs);
        var (one, other) = (Mask(true, false, false, true, true, false), Mask(true, true, false, false, true, false));

        Assert.True(module.OutputMasks(inputs, [one, other], 1)[0]!.eq(one.logical_or(other)).all().item<bool>());
        Assert.Null(module.OutputMasks(inputs, [one, null], 1)[0]);
    }

    [Theory]
    [InlineData(true, 3, 9)]
    [InlineData(false, 3, 1)]
    public void WhatDoesNotCountIsNoCandidateForTheGreatestOrLeast(bool greatest, float low, float high)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [full([1, 4, 2], low), full([1, 4, 2], high)];
        using var module = Numbers.Build(greatest ? new Maximum() : new Minimum(), inputs);
        Tensor[] masks = [tensor(new[] { true, true, false, false }, [1, 4]), tensor(new[] { true, false, true, false }, [1, 4])];

        var y = Numbers.Run(module, inputs, masks)[0].select(2, 0);

        Numbers.AssertClose(tensor(new[] { greatest ? Math.Max(low, high) : Math.Min(low, high), low, high, low }, [1, 4]), y);
    }

    [Fact]
    public void WhatDoesNotCountIsNoFactor()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [full([1, 4, 2], 3f), full([1, 4, 2], 5f)];
        using var module = Numbers.Build(new Multiply(), inputs);
        Tensor[] masks = [tensor(new[] { true, true, false, false }, [1, 4]), tensor(new[] { true, false, true, false }, [1, 4])];

        var both = Numbers.Run(module, inputs, masks)[0].select(2, 0);
        var one = Numbers.Run(module, inputs, [masks[0], null])[0].select(2, 0);

        Numbers.AssertClose(tensor(new[] { 15f, 3, 5, 0 }, [1, 4]), both);
        Numbers.AssertClose(tensor(new[] { 15f, 15, 5, 5 }, [1, 4]), one);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(2)]
    public void ConcatenateJoinsAlongItsAxis(int axis)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Numbers.Normal(1, 3, 4, 5), Numbers.Normal(2, 3, 4, 5), Numbers.Normal(3, 3, 4, 5)];
        using var module = Numbers.Build(new Concatenate { Axis = axis }, inputs);

        var y = Numbers.Run(module, inputs)[0];

        var at = axis == -1 ? 2 : axis;
        var parts = inputs.Select(Grid.Of).ToArray();
        var expected = new Grid(at == 1 ? [3, 12, 5] : [3, 4, 15]);
        foreach (var index in expected.Indices)
        {
            var length = inputs[0].shape[at];
            var inside = (long[])index.Clone();
            inside[at] %= length;
            expected[index] = parts[index[at] / length][inside];
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
    }

    [Fact]
    public void ConcatenateJoinsMasksAlongTime()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Numbers.Normal(1, 2, 3, 4), Numbers.Normal(2, 2, 2, 4)];
        using var module = Numbers.Build(new Concatenate { Axis = 1 }, inputs);
        var mask = Mask(true, false, false, true, true, false);

        var made = module.OutputMasks(inputs, [mask, null], 1)[0]!;

        Assert.True(made.eq(cat([mask, ones([2, 2], ScalarType.Bool)], 1)).all().item<bool>());
        Assert.Null(module.OutputMasks(inputs, [null, null], 1)[0]);
    }

    [Fact]
    public void ConcatenateOfFeaturesCountsWhereAnyInputCounts()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Numbers.Normal(1, 2, 3, 4), Numbers.Normal(2, 2, 3, 1)];
        using var module = Numbers.Build(new Concatenate(), inputs);
        var (one, other) = (Mask(true, false, false, true, true, false), Mask(true, true, false, false, true, false));

        Assert.True(module.OutputMasks(inputs, [one, other], 1)[0]!.eq(one.logical_or(other)).all().item<bool>());
        Assert.True(module.OutputMasks(inputs, [one, null], 1)[0]!.all().item<bool>());
    }

    [Fact]
    public void ConcatenateNeedsInputsThatDifferInItsAxisAlone()
    {
        Assert.Equal("expected inputs that differ in axis -1 alone, but they are [batch, 4, 5] and [batch, 3, 5]", Misfit(new Concatenate(), new(null, 4, 5), new(null, 3, 5)));
        Assert.Equal("expected inputs that differ in axis -1 alone, but they are [batch, 4, 5] and [batch, 5]", Misfit(new Concatenate(), new(null, 4, 5), new(null, 5)));
        Assert.Equal(Shape.OfBatch(4, 10), Infer(new Concatenate(), Shape.OfBatch(4, 7), Shape.OfBatch(null, 3)));
        Assert.Equal(Shape.OfBatch(4, null), Infer(new Concatenate(), Shape.OfBatch(4, 7), Shape.OfBatch(4, null)));
    }

    [Theory]
    [InlineData(new[] { -1 }, new[] { 5 }, new[] { 5 }, "1")]
    [InlineData(new[] { 1 }, new[] { 5 }, new[] { 5 }, "1")]
    [InlineData(new[] { 2 }, new[] { 4, 5 }, new[] { 3, 5 }, "4, 3")]
    [InlineData(new[] { -1, 1 }, new[] { 4, 5 }, new[] { 5, 3 }, "4, 3")]
    [InlineData(new[] { 2, 1 }, new[] { 4, 5, 2 }, new[] { 5 }, "4, 2")]
    [InlineData(new[] { 1, 3 }, new[] { 5, 2 }, new[] { 2, 3, 5 }, "2, 2, 3")]
    public void DotMultipliesTheVectorsOfAnExample(int[] axes, int[] left, int[] right, string lengths)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Numbers.Normal(1, [3, .. left.Select(length => (long)length)]), Numbers.Normal(2, [3, .. right.Select(length => (long)length)])];
        foreach (var normalize in new[] { false, true })
        {
            var layer = new Dot { Axes = axes, Normalize = normalize };
            using var module = Numbers.Build(layer, inputs);

            var y = Numbers.Run(module, inputs)[0];

            var (a, b) = (At(axes[0], inputs[0]), At(axes[^1], inputs[1]));
            var x = normalize ? [inputs[0] / inputs[0].square().sum([a], keepdim: true).sqrt(), inputs[1] / inputs[1].square().sum([b], keepdim: true).sqrt()] : inputs;
            var (one, other) = (Grid.Of(x[0].movedim([a], [-1])), Grid.Of(x[1].movedim([b], [-1])));
            var expected = new Grid(y.shape);
            foreach (var index in expected.Indices)
            {
                var (before, after) = (index[..(one.Shape.Length - 1)], (long[])[index[0], .. index[(one.Shape.Length - 1)..]]);
                for (var i = 0L; i < one.Shape[^1]; i++)
                {
                    expected[index] += one[[.. before, i]] * other[[.. after[..(other.Shape.Length - 1)], i]];
                }
            }

            LayerRun.AssertSame(expected, Grid.Of(y));
            Assert.Equal(lengths, string.Join(", ", y.shape.Skip(1)));
            Assert.Equal(y.shape.Skip(1).Select(length => (long?)length), Infer(layer, [.. inputs.Select(input => Numbers.SpecOf(input).Shape)]).Skip(1));
        }

        static long At(int axis, Tensor x) => axis < 0 ? axis + x.dim() : axis;
    }

    [Fact]
    public void DotNeedsVectorsOfOneLength() => Assert.Equal(
        "expected axes of one length, but its inputs are [batch, 4] and [batch, 5]", Misfit(new Dot { Axes = [-1] }, new(null, 4), new(null, 5)));

    [Fact]
    public void DotRefusesTheBatch()
    {
        var mistake = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse("""{"class_name": "Dot", "config": {"axes": 0}}"""), Dialect.Keras));

        Assert.Contains("Axis 0 is the batch", mistake.Message, StringComparison.Ordinal);
    }

    private static Tensor Mask(params bool[] counts) => tensor(counts, [2, 3]);

    private static Shape Infer(Layer layer, params Shape[] shapes) => layer.Infer([.. shapes.Select(shape => new Spec(shape))], CallOptions.None)[0].Shape;

    private static string Misfit(Layer layer, params Shape[] shapes) => Assert.Throws<ShapeException>(() => Infer(layer, shapes)).Message;
}
