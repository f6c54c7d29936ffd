using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How well predictions agree with targets along an axis, in size as well as in course; and its mean over the examples.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.ConcordanceCorrelation</c>; Lin (1989).</remarks>
[KerasName("ConcordanceCorrelation", "concordance_correlation")]
public sealed record ConcordanceCorrelation : MeanMetric
{
    /// <summary>The axis along which the values belong together; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    public override bool? HigherIsBetter => true;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        var (truth, guess) = SameRank.Of(target.to_type(prediction.dtype), prediction);
        var (truthMean, guessMean) = (truth.mean([Axis], keepdim: true), guess.mean([Axis], keepdim: true));
        var apart = truth.var(Axis, unbiased: false, keepdim: true) + guess.var(Axis, unbiased: false, keepdim: true)
            + (truthMean - guessMean).square();
        return ((truth - guessMean) * (guess - guessMean) * 2 / (apart + Probability.Epsilon)).mean([Axis]);
    }
}
