using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;

namespace ExperimentRunner.Engine.Tests.Optimizers;

public class LearningRateTests
{
    [Theory]
    [InlineData("0.5")]
    [InlineData("5e-1")]
    public void ANumberIsAFixedRate(string json) => Assert.Equal(new LearningRate(0.5), Read(json));

    [Fact]
    public void AMappingIsASchedule() => Assert.Equal(
        new LearningRate(new ExponentialDecay { InitialLearningRate = 1, DecaySteps = 10, DecayRate = 0.5 }),
        Read("""{"ExponentialDecay": {"initial_learning_rate": 1, "decay_steps": 10, "decay_rate": 0.5}}"""));

    [Fact]
    public void KerasWritesAClassNameAndAConfiguration() => Assert.Equal(
        new LearningRate(new CosineDecay { InitialLearningRate = 0.05, DecaySteps = 30 }),
        Reading.Read<LearningRate>(
            JsonNodes.Parse("""
                {"module": "keras.optimizers.schedules", "class_name": "CosineDecay", "config": {"initial_learning_rate": 0.05,
                "decay_steps": 30, "alpha": 0.0, "name": "CosineDecay", "warmup_target": null, "warmup_steps": 0}, "registered_name": null}
                """),
            Dialect.Keras));

    [Theory]
    [InlineData("-1", "a number of at least 0, or a schedule")]
    [InlineData("\"fast\"", "a number of at least 0, or a schedule")]
    [InlineData("[1]", "a number of at least 0, or a schedule")]
    public void AnythingElseIsAMistake(string json, string expected) =>
        Assert.Equal(expected, Assert.Single(Assert.Throws<ConfigException>(() => Read(json)).Errors).Expected);

    private static LearningRate Read(string json) => Reading.Read<LearningRate>(JsonNodes.Parse(json));
}
