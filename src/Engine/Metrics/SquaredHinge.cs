using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean of the squared hinge loss.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.SquaredHinge</c>.</remarks>
[KerasName("SquaredHinge", "squared_hinge")]
public sealed record SquaredHinge : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.SquaredHinge();
}
