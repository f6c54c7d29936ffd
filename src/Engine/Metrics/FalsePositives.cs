using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How many predictions are wrongly yes.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.FalsePositives</c>.</remarks>
[KerasName("FalsePositives", "false_positives")]
public sealed record FalsePositives : CountMetric
{
    private protected override Confusion Kind => Confusion.FalsePositives;
}
