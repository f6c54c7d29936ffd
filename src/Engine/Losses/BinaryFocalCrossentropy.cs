using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The binary crossentropy with less weight on examples that are right already.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.BinaryFocalCrossentropy</c>; Lin et al., "Focal loss for dense object detection" (2017).</remarks>
[KerasName("BinaryFocalCrossentropy", "binary_focal_crossentropy")]
public sealed record BinaryFocalCrossentropy : Loss
{
    /// <summary>Whether yes weighs <c>alpha</c>, and no <c>1 − alpha</c>.</summary>
    public bool ApplyClassBalancing { get; init; }

    /// <summary>The weight of yes, from 0 to 1.</summary>
    public double Alpha { get; init; } = 0.25;

    /// <summary>How much less weight; 0 is the plain crossentropy.</summary>
    public double Gamma { get; init; } = 2;

    /// <summary>Whether the predictions have not gone through a sigmoid yet.</summary>
    public bool FromLogits { get; init; }

    /// <summary>The part of the targets that is spread evenly over yes and no, from 0 to 1.</summary>
    [Between(0, 1)]
    public double LabelSmoothing { get; init; }

    /// <summary>The axis along which the mean is taken; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    internal override TargetFit Fit => TargetFit.Same;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var truth = LabelSmoothing == 0 ? target : (target * (1 - LabelSmoothing)) + (0.5 * LabelSmoothing);
        var p = FromLogits ? prediction.sigmoid() : prediction;
        var values = nn.functional.binary_cross_entropy(Probability.Clip(p), truth, reduction: nn.Reduction.None);
        var right = (truth * p) + ((1 - truth) * (1 - p)); // the probability given to what is true
        values = (1 - right).pow(Gamma) * values;
        if (ApplyClassBalancing)
        {
            values = ((truth * Alpha) + ((1 - truth) * (1 - Alpha))) * values;
        }

        return values.mean([Axis]);
    }
}
