using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Regularization;

public class DropoutTests
{
    [Fact]
    public void PassesItsInputOnWhenNotTraining()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 5);
        using var module = Numbers.Build(new Dropout { Rate = 0.5 }, [x]);

        Assert.Same(x, Numbers.Run(module, [x])[0]);
    }

    [Fact]
    public void KeptValuesMakeUpForTheOthersAndGradientsFollow()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 40, 50).requires_grad_(true);
        using var module = Numbers.Build(new Dropout { Rate = 0.2 }, [x]);

        var y = Numbers.Run(module, [x], training: true)[0];
        y.sum().backward();

        var kept = y.ne(0).to_type(ScalarType.Float32);
        Assert.Equal(0.8, kept.mean().item<float>(), 0.03);
        Numbers.AssertClose(x * kept / 0.8, y);
        Numbers.AssertClose(kept / 0.8, x.grad!);
    }

    [Fact]
    public void DropsOtherValuesInEveryStepAndForEverySeed()
    {
        using var scope = NewDisposeScope();
        var x = ones(1000);
        using var module = Numbers.Build(new Dropout { Rate = 0.5 }, [x]);
        using var seeded = Numbers.Build(new Dropout { Rate = 0.5, Seed = 3 }, [x]);

        var one = Numbers.Run(module, [x], training: true, key: 1)[0];

        Assert.True(one.eq(Numbers.Run(module, [x], training: true, key: 1)[0]).all().item<bool>());
        Assert.False(one.eq(Numbers.Run(module, [x], training: true, key: 2)[0]).all().item<bool>());
        Assert.False(one.eq(Numbers.Run(seeded, [x], training: true, key: 1)[0]).all().item<bool>());
    }

    [Fact]
    public void ANoiseShapeDropsTheSameAlongItsAxesOfLengthOne()
    {
        using var scope = NewDisposeScope();
        var x = ones(6, 7, 8);
        using var module = Numbers.Build(new Dropout { Rate = 0.5, NoiseShape = [null, 1, null] }, [x]);

        var y = Numbers.Run(module, [x], training: true)[0];

        Assert.True(y.eq(y.narrow(1, 0, 1)).all().item<bool>());
        Assert.InRange(y.select(1, 0).count_nonzero().item<long>(), 12, 36);
    }

    [Theory]
    [InlineData(new long[] { 2, 3 }, false)]
    [InlineData(new long[] { 1, 5 }, true)]
    [InlineData(new long[] { 5 }, true)]
    [InlineData(new long[] { 1, 1, 5 }, false)]
    public void ANoiseShapeMustFitTheInput(long[] noise, bool fits)
    {
        var layer = new Dropout { Rate = 0.5, NoiseShape = [.. noise.Select(length => (long?)length)] };

        var misfit = Record.Exception(() => LayerRun.Infer(layer, 5));

        Assert.Equal(fits, misfit is null);
        Assert.Equal(fits ? null : $"cannot stretch 'noise_shape' {new Shape(layer.NoiseShape)} over its input [batch, 5]", misfit?.Message);
    }

    [Fact]
    public void SpatialDropoutDropsWholeChannels()
    {
        using var scope = NewDisposeScope();
        foreach (var (layer, x, space) in new (Layer, Tensor, long[])[]
        {
            (new SpatialDropout1D { Rate = 0.5 }, ones(6, 4, 8), [1]),
            (new SpatialDropout2D { Rate = 0.5 }, ones(6, 4, 3, 8), [1, 2]),
            (new SpatialDropout2D { Rate = 0.5, DataFormat = Channels.First }, ones(6, 8, 4, 3), [2, 3]),
            (new SpatialDropout3D { Rate = 0.5 }, ones([6, 2, 4, 3, 8]), [1, 2, 3]),
            (new SpatialDropout3D { Rate = 0.5, DataFormat = Channels.First }, ones([6, 8, 2, 4, 3]), [2, 3, 4]),
        })
        {
            using var module = Numbers.Build(layer, [x]);

            var y = Numbers.Run(module, [x], training: true)[0];

            var channels = y.mean(space); // [batch, channels]
            Assert.Equal([6, 8], channels.shape);
            Assert.True(channels.eq(0).logical_or(channels.eq(2)).all().item<bool>());
            Assert.InRange(channels.count_nonzero().item<long>(), 12, 36);
        }
    }

    [Fact]
    public void GaussianDropoutMultipliesByNoiseAroundOne()
    {
        using var scope = NewDisposeScope();
        var x = full([200_000], 3f);
        using var module = Numbers.Build(new GaussianDropout { Rate = 0.2 }, [x]);

        var y = Numbers.Run(module, [x], training: true)[0];

        Assert.Equal(3, y.mean().item<float>(), 0.03);
        Assert.Equal(3 * Math.Sqrt(0.2 / 0.8), y.std().item<float>(), 0.03);
        Assert.Same(x, Numbers.Run(module, [x])[0]);
    }

    [Fact]
    public void GaussianNoiseAddsNoiseAroundZero()
    {
        using var scope = NewDisposeScope();
        var x = full([200_000], 3f);
        using var module = Numbers.Build(new GaussianNoise { Stddev = 0.5 }, [x]);

        var y = Numbers.Run(module, [x], training: true)[0];

        Assert.Equal(3, y.mean().item<float>(), 0.01);
        Assert.Equal(0.5, y.std().item<float>(), 0.01);
        Assert.Same(x, Numbers.Run(module, [x])[0]);
    }

    [Fact]
    public void AlphaDropoutKeepsMeanAndDeviation()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 200_000);
        using var module = Numbers.Build(new AlphaDropout { Rate = 0.3 }, [x]);

        var y = Numbers.Run(module, [x], training: true)[0];

        Assert.Equal(0, y.mean().item<float>(), 0.01);
        Assert.Equal(1, y.std().item<float>(), 0.01);
    }

    [Fact]
    public void AlphaDropoutSetsTheLowestValueOfSelu()
    {
        using var scope = NewDisposeScope();
        const double Rate = 0.3, Lowest = -1.7580993408473766;
        var x = Numbers.Normal(1, 20, 30);
        using var module = Numbers.Build(new AlphaDropout { Rate = Rate, NoiseShape = [null, 1] }, [x]);
        var kept = DropoutMask.Make([20, 1], Rate, new Call(training: true, new RandomKey(1)).Key, ScalarType.Float32, 1);

        var y = Numbers.Run(module, [x], training: true)[0];

        var a = Math.Pow((1 - Rate) * (1 + (Rate * Lowest * Lowest)), -0.5);
        Numbers.AssertClose((a * ((x * kept) + (Lowest * (1 - kept)))) - (a * Lowest * Rate), y);
    }

    [Theory]
    [InlineData("""{"class_name": "GaussianDropout", "config": {"rate": 1}}""")]
    [InlineData("""{"class_name": "AlphaDropout", "config": {"rate": 1}}""")]
    public void NoiseThatLeavesNothingIsRefused(string json)
    {
        var mistake = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse(json), Dialect.Keras));

        Assert.Contains("With a rate of 1 nothing is left.", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ActivityRegularizationAddsAPenaltyOfTheMeanExample()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 4, 5);
        using var module = Numbers.Build(new ActivityRegularization { L1 = 0.1, L2 = 0.01 }, [x]);
        var call = new Call(training: true, new RandomKey(1));

        var y = module.Call([x], [null], call)[0];

        Assert.Same(x, y);
        Numbers.AssertClose(((x.abs().sum() * 0.1) + (x.square().sum() * 0.01)) / 4, Assert.Single(call.Losses));
    }
}
