using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The crossentropy between probabilities of classes: <c>−sum(target · log(prediction))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.CategoricalCrossentropy</c>.</remarks>
[KerasName("CategoricalCrossentropy", "categorical_crossentropy")]
public sealed record CategoricalCrossentropy : Loss
{
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
    public override Tensor PerExample(Tensor target, Tensor prediction) =>
        Sum(target, FromLogits ? prediction.log_softmax(Axis) : Probability.LogOfShares(prediction, Axis));

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction, Tensor before, Activation activation) =>
        !FromLogits && Probability.IsSoftmax(activation, before, Axis)
            ? Sum(target, Probability.ClipLog(before.log_softmax(Axis)))
            : PerExample(target, prediction);

    /// <inheritdoc/>
    private protected override (Tensor Values, Tensor Gradient)? PerExampleWithGradient(Tensor target, Tensor prediction, Tensor before, Activation activation)
    {
        if (FromLogits || !Probability.IsSoftmax(activation, before, Axis))
        {
            return null;
        }

        var logs = before.log_softmax(Axis);
        var clipped = Probability.ClipLog(logs);
        var smoothed = Smoothed(target);
        var moves = smoothed * logs.eq(clipped); // by how much more the loss is for a smaller logarithm
        return (-(smoothed * clipped).sum(Axis), (prediction * moves.sum(Axis, keepdim: true)).sub_(moves));
    }

    private Tensor Smoothed(Tensor target) => LabelSmoothing == 0 ? target
        : (target * (1 - LabelSmoothing)) + (LabelSmoothing / target.shape[Probability.PositiveAxis(Axis, target)]);

    private Tensor Sum(Tensor target, Tensor logs) => -(Smoothed(target) * logs).sum(Axis);
}
