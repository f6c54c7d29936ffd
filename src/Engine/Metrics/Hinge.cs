using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean hinge loss: <c>max(1 − target · prediction, 0)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.Hinge</c>.</remarks>
[KerasName("Hinge", "hinge")]
public sealed record Hinge : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.Hinge();
}
