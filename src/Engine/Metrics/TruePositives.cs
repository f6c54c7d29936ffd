using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How many predictions are rightly yes.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.TruePositives</c>.</remarks>
[KerasName("TruePositives", "true_positives")]
public sealed record TruePositives : CountMetric
{
    private protected override Confusion Kind => Confusion.TruePositives;
}
