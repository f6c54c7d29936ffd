using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean loss of predicted rates for counts that follow Poisson.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.Poisson</c>.</remarks>
[KerasName("Poisson", "poisson")]
public sealed record Poisson : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.Poisson();
}
