using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The correlation of targets and predictions along an axis, and its mean over the examples.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.PearsonCorrelation</c>.</remarks>
[KerasName("PearsonCorrelation", "pearson_correlation")]
public sealed record PearsonCorrelation : MeanMetric
{
    /// <summary>The axis along which the values belong together; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    public override bool? HigherIsBetter => true;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        var (truth, guess) = SameRank.Of(target.to_type(prediction.dtype), prediction);
        truth = (truth - truth.mean([Axis], keepdim: true)) / truth.std(Axis, unbiased: false, keepdim: true);
        guess = (guess - guess.mean([Axis], keepdim: true)) / guess.std(Axis, unbiased: false, keepdim: true);
        return (truth * guess).mean([Axis]);
    }
}
