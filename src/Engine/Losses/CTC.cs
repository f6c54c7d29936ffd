using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The loss of sequences whose places are not known: connectionist temporal classification. Class 0 is the blank, and fills up short targets.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.CTC</c>; Graves et al. (2006).</remarks>
[KerasName("CTC", "ctc")]
public sealed record CTC : Loss
{
    /// <inheritdoc/>
    internal override TargetFit Fit => TargetFit.Own;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        if (target.dim() != 2 || prediction.dim() != 3)
        {
            throw new ShapeException(
                $"expected targets [batch, labels] and predictions [batch, time, classes], but they have {target.dim()} and {prediction.dim()} axes");
        }

        var times = full(prediction.shape[0], prediction.shape[1], ScalarType.Int64);
        var whole = target.to_type(ScalarType.Int64);
        return nn.functional.ctc_loss(
            prediction.log_softmax(-1).transpose(0, 1), whole, times, whole.ne(0).sum(-1), reduction: nn.Reduction.None);
    }

    /// <inheritdoc/>
    internal override bool TargetsAreWhole => true;
}
