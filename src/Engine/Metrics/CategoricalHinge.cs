using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean of how far the right class is from winning by a margin of 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.CategoricalHinge</c>.</remarks>
[KerasName("CategoricalHinge", "categorical_hinge")]
public sealed record CategoricalHinge : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.CategoricalHinge();
}
