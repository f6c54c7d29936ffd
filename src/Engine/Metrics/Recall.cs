using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>Which part of what is true is predicted yes.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.Recall</c>.</remarks>
[KerasName("Recall", "recall")]
public sealed record Recall : ShareMetric
{
    private protected override Confusion Rest => Confusion.FalseNegatives;
}
