using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How many predictions are wrongly no.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.FalseNegatives</c>.</remarks>
[KerasName("FalseNegatives", "false_negatives")]
public sealed record FalseNegatives : CountMetric
{
    private protected override Confusion Kind => Confusion.FalseNegatives;
}
