using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The crossentropy between probabilities of yes and no, and its mean along an axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.BinaryCrossentropy</c>.</remarks>
[KerasName("BinaryCrossentropy", "binary_crossentropy", "bce", "BCE")]
public sealed record BinaryCrossentropy : Loss
{
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
        var smoothed = Smoothed(target);
        var values = FromLogits
            ? nn.functional.binary_cross_entropy_with_logits(prediction, smoothed, reduction: nn.Reduction.None)
            : nn.functional.binary_cross_entropy(Probability.Clip(prediction), smoothed, reduction: nn.Reduction.None);
        return values.mean([Axis]);
    }

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction, Tensor before, Activation activation) =>
        !FromLogits && activation is Sigmoid
            ? nn.functional.binary_cross_entropy_with_logits(
                Probability.ClipLogit(before), Smoothed(target), reduction: nn.Reduction.None).mean([Axis])
            : PerExample(target, prediction);

    private Tensor Smoothed(Tensor target) => LabelSmoothing == 0 ? target : (target * (1 - LabelSmoothing)) + (0.5 * LabelSmoothing);
}
