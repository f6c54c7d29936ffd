using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean Kullback–Leibler divergence between probabilities.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.KLDivergence</c>.</remarks>
[KerasName("KLDivergence", "kl_divergence", "kullback_leibler_divergence", "kld", "KLD")]
public sealed record KLDivergence : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.KLDivergence();
}
