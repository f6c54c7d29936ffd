using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How many predictions are rightly no.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.TrueNegatives</c>.</remarks>
[KerasName("TrueNegatives", "true_negatives")]
public sealed record TrueNegatives : CountMetric
{
    private protected override Confusion Kind => Confusion.TrueNegatives;
}
