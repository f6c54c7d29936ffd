using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Optimizers;

public class GradientOptimizerTests
{
    [Fact]
    public void GatheredGradientsMoveWeightsByTheirMeanAndCountAsOneMove()
    {
        // Adam's correction goes by moves, the schedule by calls: 7 calls, 3 at a time
        using var scope = NewDisposeScope();
        var optimizer = new Adam
        {
            LearningRate = new LearningRate(new InverseTimeDecay { InitialLearningRate = 0.1, DecaySteps = 1, DecayRate = 1 }),
            GradientAccumulationSteps = 3,
        };
        using var weight = new Weight("dense/kernel", tensor(new[] { 1f }));
        using var state = optimizer.Start([weight]);
        double w = 1, m = 0, v = 0, gathered = 0;
        for (var call = 0; call < 7; call++)
        {
            var g = Math.Sin(call + 1);
            state.Step([tensor(new[] { (float)g })]);
            gathered += g;
            if ((call + 1) % 3 == 0)
            {
                var (mean, t, rate) = (gathered / 3, (call / 3) + 1, 0.1 / (1 + call));
                m += 0.1 * (mean - m);
                v += 0.001 * ((mean * mean) - v);
                w -= rate * Math.Sqrt(1 - Math.Pow(0.999, t)) / (1 - Math.Pow(0.9, t)) * m / (Math.Sqrt(v) + 1e-7);
                gathered = 0;
            }

            Assert.Equal(w, weight.Value.item<float>(), 1e-5);
        }

        Assert.Equal(7, state.Iterations);
        Assert.Equal(gathered, state.Slots.Single(slot => slot.Key == "adam/dense_kernel_gradient_accumulator").Value.item<float>(), 1e-6);
    }

    [Fact]
    public void GatheredGradientsAreClippedAfterTheirMeanIsTaken()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("kernel", zeros(1));
        using var state = new SGD { LearningRate = 1, Clipvalue = 1, GradientAccumulationSteps = 2 }.Start([weight]);
        state.Step([tensor(new[] { 10f })]);
        state.Step([tensor(new[] { -9f })]);
        Assert.Equal(-0.5f, weight.Value.item<float>());
    }

    [Fact]
    public void AveragesFollowInEveryCallAndOverwriteByMoves()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("kernel", tensor(new[] { 1f }));
        using var state = new SGD
        {
            LearningRate = 0.1,
            UseEma = true,
            EmaMomentum = 0.5,
            EmaOverwriteFrequency = 3,
            GradientAccumulationSteps = 2,
        }.Start([weight]);
        double w = 1, average = 0, gathered = 0;
        for (var call = 0; call < 9; call++)
        {
            var g = Math.Cos(call);
            state.Step([tensor(new[] { (float)g })]);
            gathered += g;
            if ((call + 1) % 2 == 0)
            {
                w -= 0.1 * gathered / 2;
                gathered = 0;
            }

            average = call / 2 == 0 ? w : (0.5 * average) + (0.5 * w);
            w = ((call / 2) + 1) % 3 == 0 ? average : w;
            Assert.Equal(w, weight.Value.item<float>(), 1e-6);
            Assert.Equal(average, Assert.Single(state.Averages).item<float>(), 1e-6);
        }

        state.Finish();
        Assert.Equal(average, weight.Value.item<float>(), 1e-6);
    }

    [Fact]
    public void WithoutAveragesTheEndChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("kernel", ones(2));
        using var state = new SGD().Start([weight]);
        state.Step([ones(2)]);
        state.Finish();
        Assert.Empty(state.Averages);
        Assert.Equal(0.99f, weight.Value[0].item<float>());
    }

    [Fact]
    public void AWeightWithoutAGradientNeitherDecaysNorObeysButItsAverageFollows()
    {
        using var scope = NewDisposeScope();
        using var moved = new Weight("a", full(1, 4f)) { Constraint = new AtMostOne() };
        using var left = new Weight("b", full(1, 4f)) { Constraint = new AtMostOne() };
        using var state = new SGD { WeightDecay = 0.5, UseEma = true }.Start([moved, left]);
        state.Step([ones(1), null]);
        Assert.Equal(1, moved.Value.item<float>());
        Assert.Equal(4, left.Value.item<float>());
        Assert.Equal([3.97f, 4], state.Averages.Select(average => average.item<float>())); // taken before the constraint
    }

    [Fact]
    public void TheStepIsLostWhereNoWeightHasAGradient()
    {
        using var weight = new Weight("kernel", ones(1));
        using var state = new SGD().Start([weight]);
        Assert.Throws<InvalidOperationException>(() => state.Step([null]));
        Assert.Throws<ArgumentException>(() => state.Step([]));
        Assert.Equal(0, state.Iterations);
    }

    [Fact]
    public void NothingToTrainIsNoStep()
    {
        using var state = new SGD().Start([]);
        state.Step([]);
        Assert.Equal(0, state.Iterations);
    }

    [Fact]
    public void ANormThatIsNotFiniteShowsInEveryWeight()
    {
        using var scope = NewDisposeScope();
        using var one = new Weight("a", ones(1));
        using var two = new Weight("b", ones(1));
        using var state = new SGD { GlobalClipnorm = 1 }.Start([one, two]);
        state.Step([full(1, float.PositiveInfinity), ones(1)]);
        Assert.True(float.IsNaN(one.Value.item<float>()));
        Assert.True(float.IsNaN(two.Value.item<float>()));
    }

    [Fact]
    public void GradientsOfLengthZeroAreNotClipped()
    {
        using var scope = NewDisposeScope();
        foreach (var optimizer in new[] { new SGD { GlobalClipnorm = 1 }, new SGD { Clipnorm = 1 } })
        {
            using var weight = new Weight("a", ones(2));
            using var state = optimizer.Start([weight]);
            state.Step([zeros(2)]);
            Assert.Equal(new[] { 1f, 1f }, weight.Value.data<float>().ToArray());
        }
    }

    [Fact]
    public void TheGradientsOfAScaledLossAreDividedAgain()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("kernel", zeros(1));
        using var state = new SGD { LearningRate = 1, LossScaleFactor = 1024 }.Start([weight]);
        Assert.Equal(1024, state.LossScale);
        state.Step([full(1, 2f * state.LossScale)]);
        Assert.Equal(-2, weight.Value.item<float>());
    }

    [Fact]
    public void AFixedLearningRateCanBeSetBetweenSteps()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("kernel", zeros(1));
        using var state = new SGD { LearningRate = 1 }.Start([weight]);
        state.LearningRate = 0.25f;
        state.Step([ones(1)]);
        Assert.False(state.FollowsSchedule);
        Assert.Equal(-0.25f, weight.Value.item<float>());
    }

    [Fact]
    public void AScheduleGoesByTheCallsAndCannotBeSet()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("kernel", zeros(1));
        var schedule = new PiecewiseConstantDecay { Boundaries = [0, 2], Values = [1, 0.5, 0.25] };
        using var state = new SGD { LearningRate = new LearningRate(schedule) }.Start([weight]);
        var rates = new List<float>();
        for (var step = 0; step < 4; step++)
        {
            rates.Add(state.LearningRate);
            state.Step([ones(1)]);
        }

        Assert.Equal([1, 0.5f, 0.5f, 0.25f], rates);
        Assert.Equal(-2.25f, weight.Value.item<float>());
        Assert.True(state.FollowsSchedule);
        Assert.Throws<InvalidOperationException>(() => state.LearningRate = 1);
        Assert.Equal(["sgd/iteration"], state.Variables().Select(variable => variable.Key));
    }

    [Fact]
    public void TheOldDecayDividesTheLearningRate()
    {
        using var scope = NewDisposeScope();
        var optimizer = Reading.Read<Optimizer>(JsonNodes.Parse("""{"SGD": {"lr": 0.5, "decay": 0.1}}"""));
        using var weight = new Weight("kernel", zeros(1));
        using var state = optimizer.Start([weight]);
        for (var step = 0; step < 3; step++)
        {
            state.Step([ones(1)]);
        }

        Assert.Equal(-0.5 * (1 + (1 / 1.1) + (1 / 1.2)), weight.Value.item<float>(), 1e-6);
        Assert.Equal(0.5f, state.LearningRate);
    }

    [Fact]
    public void TheOldDecayIsWrittenWhereItIsSet()
    {
        var form = Form.Of(typeof(Optimizer));
        Assert.Null(Options(form.Write(new SGD(), null, Dialect.Keras))["decay"]);
        Assert.Equal("0.1", Assert.IsType<ScalarNode>(Options(form.Write(new SGD { Decay = 0.1 }, null, Dialect.Keras))["decay"]).Text);

        static MappingNode Options(Node node) => Assert.IsType<MappingNode>(Assert.IsType<MappingNode>(node)["config"]);
    }

    [Fact]
    public void AConfigurationOfKeras2IsRead() => Assert.Equal(
        new RMSprop { Name = "RMSprop", LearningRate = 0.004999999888241291, EmaOverwriteFrequency = 100 },
        Reading.Read<Optimizer>(
            JsonNodes.Parse("""
                {"class_name": "RMSprop", "config": {"name": "RMSprop", "weight_decay": null, "clipnorm": null, "global_clipnorm": null,
                "clipvalue": null, "use_ema": false, "ema_momentum": 0.99, "ema_overwrite_frequency": 100, "jit_compile": false,
                "is_legacy_optimizer": false, "learning_rate": 0.004999999888241291, "rho": 0.9, "momentum": 0.0, "epsilon": 1e-07,
                "centered": false}}
                """),
            Dialect.Keras));

    [Fact]
    public void TwoWaysToClipAreAMistake()
    {
        var mistake = Assert.Throws<ConfigException>(() => Reading.Read<Optimizer>(JsonNodes.Parse("""{"Adam": {"clipnorm": 1, "clipvalue": 0.5}}""")));
        var error = Assert.Single(mistake.Errors);
        Assert.Equal("Gradients are clipped by 'clipnorm' already.", error.Problem);
        Assert.Equal("only one of clipnorm, global_clipnorm and clipvalue", error.Expected);
        Assert.Equal("Adam.clipvalue", error.Path);
    }

    [Fact]
    public void StateOfAnotherShapeIsRefused()
    {
        using var scope = NewDisposeScope();
        using var weight = new Weight("kernel", zeros(2));
        using var state = new SGD { Momentum = 0.9 }.Start([weight]);
        Assert.Throws<ArgumentException>(() => state.Assign([tensor(3L), tensor(0.1f)]));
        Assert.Throws<ArgumentException>(() => state.Assign([tensor(3L), tensor(0.1f), zeros(3)]));
        Assert.Equal(0, state.Iterations);
    }

    private sealed record AtMostOne : Constraint
    {
        public override Tensor Apply(Tensor weight) => weight.clamp(max: 1);
    }
}
