using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Normalization;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Normalization;

public class BatchNormalizationTests
{
    private const double Epsilon = 1e-3;

    /// <summary>Keras 1's mode 1: each example along its last axis, in training or not; the averages stay.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void InModeOneEachExampleIsNormalizedAlone(bool training)
    {
        using var scope = NewDisposeScope();
        var x = (Numbers.Normal(1, 5, 3) * 2) + 5;
        using var module = Numbers.Build(new BatchNormalization { Mode = NormalizationMode.Example }, [x]);
        var before = module.Weights.Select(weight => Grid.Of(weight.Value)).ToArray();

        var y = Numbers.Run(module, [x], training: training)[0];

        var (values, expected) = (Grid.Of(x), new Grid(5, 3));
        for (var row = 0L; row < 5; row++)
        {
            var mean = Enumerable.Range(0, 3).Average(c => values[row, c]);
            var deviation = Math.Sqrt(Enumerable.Range(0, 3).Average(c => Math.Pow(values[row, c] - mean, 2)) + Epsilon);
            for (var c = 0L; c < 3; c++)
            {
                expected[row, c] = (before[0][c] * (values[row, c] - mean) / (deviation + Epsilon)) + before[1][c];
            }
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
        LayerRun.AssertSame(before[2], Grid.Of(module.Weights[2].Value));
    }

    /// <summary>Keras 1's mode 2: the batch, also when it predicts.</summary>
    [Fact]
    public void InModeTwoTheBatchIsNormalizedWhenItPredictsToo()
    {
        using var scope = NewDisposeScope();
        var x = (Numbers.Normal(1, 6, 4, 3) * 2) + 5;
        using var module = Numbers.Build(new BatchNormalization { Mode = NormalizationMode.Batch }, [x]);

        var predicted = Numbers.Run(module, [x])[0];

        LayerRun.AssertSame(Grid.Of(Numbers.Run(module, [x], training: true)[0]), Grid.Of(predicted));
    }

    [Theory]
    [InlineData(-1, 6, 3)]
    [InlineData(1, 6, 3)]
    [InlineData(-1, 5, 4, 3)]
    [InlineData(1, 5, 4, 3)]
    [InlineData(-1, 5, 4, 2, 3)]
    [InlineData(2, 5, 4, 2, 3)]
    [InlineData(1, 5, 4, 2, 3)]
    [InlineData(-1, 3, 2, 4, 2, 3)]
    public void TrainsOnTheBatchAndMovesItsAverages(int axis, params int[] lengths)
    {
        using var scope = NewDisposeScope();
        var shape = Array.ConvertAll(lengths, length => (long)length);
        var x = (Numbers.Normal(1, shape) * 2) + 5;
        using var module = Numbers.Build(new BatchNormalization { Axis = axis, Momentum = 0.9 }, [x]);
        var before = module.Weights.Select(weight => Grid.Of(weight.Value)).ToArray();

        var y = Numbers.Run(module, [x], training: true)[0];

        var (values, at) = (Grid.Of(x), axis < 0 ? axis + shape.Length : axis);
        var (mean, variance) = Moments(values, at, _ => true);
        var expected = new Grid(shape);
        foreach (var index in values.Indices)
        {
            var c = index[at];
            expected[index] = (before[0][c] * (values[index] - mean[c]) / Math.Sqrt(variance[c] + Epsilon)) + before[1][c];
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
        var (movedMean, movedVariance) = (Grid.Of(module.Weights[2].Value), Grid.Of(module.Weights[3].Value));
        for (var c = 0L; c < shape[at]; c++)
        {
            Assert.Equal((0.9 * before[2][c]) + (0.1 * mean[c]), movedMean[c], 1e-5);
            Assert.Equal((0.9 * before[3][c]) + (0.1 * variance[c]), movedVariance[c], 1e-5);
        }
    }

    [Theory]
    [InlineData(-1, true, true)]
    [InlineData(1, true, false)]
    [InlineData(-1, false, true)]
    [InlineData(1, false, false)]
    public void PredictsWithItsAverages(int axis, bool center, bool scale)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 3, 3);
        using var module = Numbers.Build(new BatchNormalization { Axis = axis, Center = center, Scale = scale }, [x]);
        var weights = module.Weights.ToDictionary(weight => weight.Name, weight => axis == 1 ? weight.Value.unsqueeze(-1) : weight.Value);

        var y = Numbers.Run(module, [x])[0];

        var expected = (x - weights["moving_mean"]) / (weights["moving_variance"] + Epsilon).sqrt();
        expected = scale ? expected * weights["gamma"] : expected;
        Numbers.AssertClose(center ? expected + weights["beta"] : expected, y);
    }

    [Fact]
    public void LeavesOutWhatAMaskLeavesOut()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 5, 3);
        x.select(0, 0).select(0, 4).fill_(float.NaN); // what does not count may be anything
        var mask = tensor(new[] { true, true, false, true, false, true, true, true, true, true, false, false, true, false, true, true, false, true, true, true }, [4, 5]);
        using var module = Numbers.Build(new BatchNormalization { Momentum = 0.5 }, [x]);
        var before = module.Weights.Select(weight => Grid.Of(weight.Value)).ToArray();

        var y = Numbers.Run(module, [x], [mask], training: true)[0];

        var values = Grid.Of(x);
        var (mean, variance) = Moments(values, 2, index => mask[index[0], index[1]].item<bool>());
        var (actual, movedVariance) = (Grid.Of(y), Grid.Of(module.Weights[3].Value));
        foreach (var index in values.Indices.Where(index => !double.IsNaN(values[index])))
        {
            var c = index[2];
            Assert.Equal((before[0][c] * (values[index] - mean[c]) / Math.Sqrt(variance[c] + Epsilon)) + before[1][c], actual[index], 1e-5);
            Assert.Equal((0.5 * before[3][c]) + (0.5 * variance[c]), movedVariance[c], 1e-5);
        }
    }

    /// <summary>Ioffe (2017), algorithm 1: a batch is corrected by slower averages, within limits, and the moving variance follows the deviation.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WithRenormABatchIsCorrectedByItsAverages(bool limited)
    {
        using var scope = NewDisposeScope();
        var layer = new BatchNormalization
        {
            Momentum = 0.9,
            Renorm = true,
            RenormMomentum = 0.7,
            RenormClipping = limited ? new Dictionary<string, double> { ["rmin"] = 0.8, ["rmax"] = 1.1, ["dmax"] = 0.25 } : null,
        };
        using var module = Numbers.Build(layer, [Numbers.Normal(1, 6, 3)]);
        Assert.Equal(["gamma", "beta", "moving_mean", "moving_variance", "moving_stddev", "renorm_mean", "renorm_stddev"], module.Weights.Select(weight => weight.Name));
        var state = module.Weights.Select(weight => Grid.Of(weight.Value)).ToArray();

        for (var step = 0UL; step < 3; step++)
        {
            var x = (Numbers.Normal(step, 6, 3) * 2) + 1;
            var y = Numbers.Run(module, [x], training: true)[0];

            var (values, expected) = (Grid.Of(x), new Grid(6, 3));
            var (mean, variance) = Moments(values, 1, _ => true);
            for (var c = 0L; c < 3; c++)
            {
                var deviation = Math.Sqrt(variance[c] + Epsilon);
                var slow = Math.Max(state[6][c], Math.Sqrt(Epsilon));
                var (r, d) = (deviation / slow, (mean[c] - state[5][c]) / slow);
                (r, d) = limited ? (Math.Clamp(r, 0.8, 1.1), Math.Clamp(d, -0.25, 0.25)) : (r, d);
                for (var row = 0L; row < 6; row++)
                {
                    expected[row, c] = (state[0][c] * (((values[row, c] - mean[c]) / deviation * r) + d)) + state[1][c];
                }

                state[2][c] = (0.9 * state[2][c]) + (0.1 * mean[c]);
                state[4][c] = (0.9 * state[4][c]) + (0.1 * deviation);
                state[3][c] = Math.Max(0, (state[4][c] * state[4][c]) - Epsilon);
                state[5][c] = (0.7 * state[5][c]) + (0.3 * mean[c]);
                state[6][c] = (0.7 * state[6][c]) + (0.3 * deviation);
            }

            LayerRun.AssertSame(expected, Grid.Of(y));
            Assert.All(module.Weights.Zip(state), pair => LayerRun.AssertSame(pair.Second, Grid.Of(pair.First.Value)));
        }
    }

    [Fact]
    public void WithRenormTheDeviationsStartAsTheRootOfTheVariance()
    {
        using var scope = NewDisposeScope();
        var layer = new BatchNormalization { Renorm = true, MovingVarianceInitializer = new Constant { Value = [4] } };
        using var module = layer.Build([new Spec(Shape.OfBatch(2))], new BuildContext("bn", new RandomKey(1)));

        var start = module.Weights.ToDictionary(weight => weight.Name, weight => weight.Value.sum().item<float>());

        Assert.Equal((8, 4, 4), (start["moving_variance"], start["moving_stddev"], start["renorm_stddev"]));
    }

    [Theory]
    [InlineData("rmax", 0.5, "rmin is greater than rmax.")]
    [InlineData("dmax", -1, "dmax is negative.")]
    [InlineData("dmin", 1, "There is no limit 'dmin'.")]
    public void RenormRefusesLimitsThatMakeNoSense(string limit, double value, string problem)
    {
        var layer = new BatchNormalization { RenormClipping = new Dictionary<string, double> { ["rmin"] = 0.8, [limit] = value } };

        Assert.Equal(problem, Assert.Single(layer.FindMistakes()).Problem);
    }

    [Fact]
    public void AMaskThatIsTrueEverywhereChangesNothing()
    {
        using var scope = NewDisposeScope();
        var (one, other) = (Numbers.Normal(1, 4, 5, 3).requires_grad_(true), Numbers.Normal(1, 4, 5, 3).requires_grad_(true));
        using var plain = Numbers.Build(new BatchNormalization(), [one]);
        using var masked = Numbers.Build(new BatchNormalization(), [other]);
        var gradient = Numbers.Normal(2, 4, 5, 3);

        var y = Numbers.Run(plain, [one], training: true)[0];
        var z = Numbers.Run(masked, [other], [ones([4, 5], ScalarType.Bool)], training: true)[0];
        y.backward([gradient]);
        z.backward([gradient]);

        Numbers.AssertClose(y, z);
        Numbers.AssertClose(one.grad!, other.grad!);
        foreach (var (weight, same) in plain.Weights.Zip(masked.Weights))
        {
            Numbers.AssertClose(weight.Value, same.Value);
            Assert.Equal(weight.Learned, weight.Value.grad is not null);
            if (weight.Learned)
            {
                Numbers.AssertClose(weight.Value.grad!, same.Value.grad!, 1e-4);
            }
        }
    }

    [Fact]
    public void AFrozenLayerPredictsInTraining()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 3);
        using var module = Numbers.Build(new BatchNormalization { Trainable = false }, [x]);
        var before = module.Weights.Select(weight => weight.Value.clone()).ToArray();

        var y = Numbers.Run(module, [x], training: true)[0];

        Numbers.AssertClose(Numbers.Run(module, [x])[0], y);
        foreach (var (weight, value) in module.Weights.Zip(before))
        {
            Numbers.AssertClose(value, weight.Value, 0);
        }
    }

    [Fact]
    public void IsCalledTwiceInAStep()
    {
        using var scope = NewDisposeScope();
        var (x, z) = (Numbers.Normal(1, 4, 3).requires_grad_(true), Numbers.Normal(2, 4, 3).requires_grad_(true));
        using var module = Numbers.Build(new BatchNormalization(), [x]);
        var still = new CallOptions { Training = false };

        var y = Numbers.Run(module, [x], training: true, options: still)[0] + Numbers.Run(module, [z], training: true)[0] + Numbers.Run(module, [x * z], training: true)[0];
        y.square().sum().backward();

        Assert.True(x.grad!.isfinite().all().item<bool>() && z.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void ABatchOfOneValueHasNoVariance()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 1, 3);
        using var module = Numbers.Build(new BatchNormalization { Momentum = 0.75 }, [x]);
        var before = module.Weights[3].Value.clone();

        var y = Numbers.Run(module, [x], training: true)[0];

        Numbers.AssertClose(module.Weights[1].Value.unsqueeze(0), y);
        Numbers.AssertClose(before * 0.75, module.Weights[3].Value);
    }

    [Fact]
    public void ComputesItsStatisticsInFullUnderMixedPrecision()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 64, 3) + 4;
        using var module = Numbers.Build(new BatchNormalization { Momentum = 0 }, [x]);
        foreach (var mask in new[] { null, ones([64], ScalarType.Bool) })
        {
            var y = module.Call([x], [mask], new Call(training: true, new RandomKey(1)) { Compute = ScalarType.BFloat16 })[0];

            var rounded = x.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32);
            Assert.Equal(ScalarType.BFloat16, y.dtype);
            Numbers.AssertClose(rounded.mean([0]), module.Weights[2].Value, 1e-5);
            Numbers.AssertClose(rounded.var(0, unbiased: false), module.Weights[3].Value, 1e-5);
        }
    }

    [Fact]
    public void ItsWeightsStandInKerassOrder()
    {
        using var module = new BatchNormalization().Build([new Spec(Shape.OfBatch(3))], new BuildContext("bn", new RandomKey(1), dry: true));

        Assert.Equal([("gamma", true), ("beta", true), ("moving_mean", false), ("moving_variance", false)], module.Weights.Select(weight => (weight.Name, weight.Learned)));
    }

    [Fact]
    public void NeedsToKnowItsChannels() =>
        Assert.Equal("needs to know the number of channels, which is unknown in its input [batch, 3, ?]", LayerRun.Misfit(new BatchNormalization(), 3, null));

    [Fact]
    public void NeedsTheAxisOfItsChannels() =>
        Assert.Equal("has no axis 4 in its input [batch, 3]", LayerRun.Misfit(new BatchNormalization { Axis = 4 }, 3));

    private static (double[] Mean, double[] Variance) Moments(Grid x, int axis, Func<long[], bool> counts)
    {
        var channels = x.Indices.Where(counts).GroupBy(index => index[axis], index => x[index]).OrderBy(group => group.Key).ToArray();
        var mean = Array.ConvertAll(channels, values => values.Average());
        return (mean, [.. channels.Select((values, c) => values.Average(value => (value - mean[c]) * (value - mean[c])))]);
    }
}
