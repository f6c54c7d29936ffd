using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;

namespace ExperimentRunner.Engine.Tests.Optimizers.Schedules;

public class StepCountTests
{
    [Fact]
    public void EpochsBecomeSteps()
    {
        var schedule = Read("""{"CosineDecay": {"initial_learning_rate": 0, "decay_steps": {"epochs": 2}, "warmup_target": 1, "warmup_steps": {"epochs": 0.5}}}""");
        Assert.Throws<InvalidOperationException>(() => schedule.At(0));
        var counted = schedule.InSteps(100);
        Assert.Equal([0, 0.5f, 1, 0], new[] { counted.At(0), counted.At(25), counted.At(50), counted.At(250) });
    }

    [Fact]
    public void EveryScheduleCountsEpochs()
    {
        var length = new StepCount(3, InEpochs: true);
        LearningRateSchedule[] schedules =
        [
            new ExponentialDecay { InitialLearningRate = 1, DecaySteps = length, DecayRate = 0.5 },
            new InverseTimeDecay { InitialLearningRate = 1, DecaySteps = length, DecayRate = 1 },
            new PolynomialDecay { InitialLearningRate = 1, DecaySteps = length, EndLearningRate = 0.5 },
            new PiecewiseConstantDecay { Boundaries = [new StepCount(2, InEpochs: true)], Values = [1, 0.5] },
            new CosineDecay { InitialLearningRate = 1, DecaySteps = length, Alpha = 0.5 },
            new CosineDecayRestarts { InitialLearningRate = 1, FirstDecaySteps = length, MMul = 0.5 },
        ];
        Assert.Equal(Catalog.TypesOf(typeof(LearningRateSchedule)), schedules.Select(schedule => schedule.GetType()).OrderBy(type => type.Name, StringComparer.Ordinal));
        Assert.All(schedules, schedule => Assert.Equal(0.5, schedule.InSteps(10).At(30), 1e-6));
    }

    [Fact]
    public void AnOptimizerCountsTheEpochsOfItsSchedule()
    {
        var epochs = new SGD { LearningRate = new LearningRate(new ExponentialDecay { InitialLearningRate = 1, DecaySteps = new StepCount(2, InEpochs: true), DecayRate = 0.5 }) };
        var steps = new SGD { LearningRate = new LearningRate(new ExponentialDecay { InitialLearningRate = 1, DecaySteps = 200, DecayRate = 0.5 }) };
        Assert.Equal(steps, epochs.InSteps(100));
        Assert.Equal(new LossScaleOptimizer { InnerOptimizer = steps }, new LossScaleOptimizer { InnerOptimizer = epochs }.InSteps(100));
        Assert.Equal(new SGD(), new SGD().InSteps(100));
    }

    [Fact]
    public void WhatIsReadIsWritten()
    {
        var rate = new LearningRate(new PolynomialDecay { InitialLearningRate = 0.5, DecaySteps = new StepCount(20, InEpochs: true), Cycle = true });
        var form = Form.Of(typeof(Optimizer));
        var optimizer = new SGD { LearningRate = rate };
        Assert.Equal(optimizer, Reading.Read<Optimizer>(form.Write(optimizer, null, Dialect.Experiment)));
        var counted = new SGD { LearningRate = new LearningRate(rate.Schedule!.InSteps(7)) };
        Assert.Equal(counted, Reading.Read<Optimizer>(form.Write(counted, null, Dialect.Keras), Dialect.Keras));
    }

    [Theory]
    [InlineData("""{"ExponentialDecay": {"initial_learning_rate": 1, "decay_rate": 1, "decay_steps": 0}}""", "decay_steps is 0, which is out of range.", "a number above 0, or {epochs: number}")]
    [InlineData("""{"ExponentialDecay": {"initial_learning_rate": 1, "decay_rate": 1, "decay_steps": {"epoch": 1}}}""", "decay_steps is a mapping.", "a number above 0, or {epochs: number}")]
    [InlineData("""{"ExponentialDecay": {"initial_learning_rate": 1, "decay_rate": 1, "decay_steps": "ten"}}""", "decay_steps is text 'ten'.", "a number above 0, or {epochs: number}")]
    [InlineData("""{"CosineDecay": {"initial_learning_rate": 1, "decay_steps": 9, "warmup_steps": -1}}""", "warmup_steps is -1, which is out of range.", "a number of at least 0, or {epochs: number}")]
    [InlineData("""{"PiecewiseConstantDecay": {"boundaries": [1, 2], "values": [1, 2]}}""", "There are 2 values for 2 boundaries.", "3 values, one more than boundaries")]
    [InlineData("""{"PiecewiseConstantDecay": {"boundaries": [2, 2], "values": [1, 2, 3]}}""", "The boundaries do not rise.", "each boundary above the one before")]
    public void ALengthOutOfRangeIsAMistake(string json, string problem, string expected)
    {
        var error = Assert.Single(Assert.Throws<ConfigException>(() => Read(json)).Errors);
        Assert.Equal(problem, error.Problem);
        Assert.Equal(expected, error.Expected);
    }

    private static LearningRateSchedule Read(string json) => Reading.Read<LearningRateSchedule>(JsonNodes.Parse(json));
}
