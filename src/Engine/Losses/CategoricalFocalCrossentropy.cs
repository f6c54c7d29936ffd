using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The crossentropy between probabilities of classes with less weight on examples that are right already.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.CategoricalFocalCrossentropy</c>; Lin et al., "Focal loss for dense object detection" (2017).</remarks>
[KerasName("CategoricalFocalCrossentropy", "categorical_focal_crossentropy")]
public sealed record CategoricalFocalCrossentropy : Loss
{
    /// <summary>The weight of all classes.</summary>
    public double Alpha { get; init; } = 0.25;

    /// <summary>How much less weight; 0 is the plain crossentropy.</summary>
    public double Gamma { get; init; } = 2;

    /// <summary>Whether the predictions have not gone through a softmax yet.</summary>
    public bool FromLogits { get; init; }

    /// <summary>The part of the targets that is spread evenly over all classes, from 0 to 1.</summary>
    [Between(0, 1)]
    public double LabelSmoothing { get; init; }

    /// <summary>The axis of the classes; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    internal override TargetFit Fit => TargetFit.Same;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var truth = LabelSmoothing == 0 ? target
            : (target * (1 - LabelSmoothing)) + (LabelSmoothing / target.shape[Probability.PositiveAxis(Axis, target)]);
        var p = FromLogits ? prediction.softmax(Axis) : prediction;
        p = Probability.Clip(p / p.sum(Axis, keepdim: true));
        return ((1 - p).pow(Gamma) * Alpha * truth * -p.log()).sum(Axis);
    }
}
