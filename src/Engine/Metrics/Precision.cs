using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>Which part of what is predicted yes is true.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.Precision</c>.</remarks>
[KerasName("Precision", "precision")]
public sealed record Precision : ShareMetric
{
    private protected override Confusion Rest => Confusion.FalsePositives;
}
