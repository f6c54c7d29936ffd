using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The Kullback–Leibler divergence between probabilities: <c>sum(target · log(target / prediction))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.KLDivergence</c>.</remarks>
[KerasName("KLDivergence", "kl_divergence", "kullback_leibler_divergence", "kld", "KLD")]
public sealed record KLDivergence : Loss
{
    /// <inheritdoc/>
    internal override TargetFit Fit => TargetFit.Same;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var truth = target.clamp(Probability.Epsilon, 1);
        return (truth * (truth / prediction.clamp(Probability.Epsilon, 1)).log()).sum(-1);
    }
}
