using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The crossentropy of classes given by number: <c>−log(prediction[target])</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.SparseCategoricalCrossentropy</c>.</remarks>
[KerasName("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy")]
public sealed record SparseCategoricalCrossentropy : Loss
{
    /// <summary>Whether the predictions have not gone through a softmax yet.</summary>
    public bool FromLogits { get; init; }

    /// <summary>A class that does not count, such as the void of a segmentation; its places have the loss 0.</summary>
    public int? IgnoreClass { get; init; }

    /// <summary>The axis of the classes; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <inheritdoc/>
    internal override TargetFit Fit => TargetFit.Classes;

    /// <inheritdoc/>
    internal override int ClassAxis => Axis;

    /// <inheritdoc/>
    internal override bool TargetsAreWhole => true;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => FromLogits
        ? Pick(target, prediction.log_softmax(Axis))
        : Pick(target, Probability.LogOfShares(prediction, Axis));

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction, Tensor before, Activation activation) =>
        !FromLogits && Probability.IsSoftmax(activation, before, Axis)
            ? Pick(target, before.log_softmax(Axis), Probability.ClipLog)
            : PerExample(target, prediction);

    /// <inheritdoc/>
    private protected override (Tensor Values, Tensor Gradient)? PerExampleWithGradient(Tensor target, Tensor prediction, Tensor before, Activation activation)
    {
        if (FromLogits || IgnoreClass is not null || !Probability.IsSoftmax(activation, before, Axis))
        {
            return null;
        }

        var axis = Probability.PositiveAxis(Axis, before);
        var classes = Numbers(target, before);
        var logs = ClassTargets.Pick(before.log_softmax(axis), classes, axis);
        var clipped = Probability.ClipLog(logs);
        var moves = logs.eq(clipped).to_type(before.dtype).unsqueeze(axis); // 0 where Keras lets no gradient through
        return (clipped.neg(), (prediction * moves).scatter_add_(axis, classes.unsqueeze(axis), moves.neg()));
    }

    /// <inheritdoc/>
    internal override Tensor? Counting(Tensor target, Tensor values) =>
        IgnoreClass is { } ignored ? target.ne(ignored).reshape(values.shape) : null;

    private Tensor Pick(Tensor target, Tensor logs, Func<Tensor, Tensor>? clip = null)
    {
        var classes = Numbers(target, logs);
        var known = IgnoreClass is { } ignored ? classes.masked_fill(classes.eq(ignored), 0) : classes;
        var picked = ClassTargets.Pick(logs, known, Axis);
        var losses = -(clip is null ? picked : clip(picked));
        return IgnoreClass is null ? losses : losses.masked_fill(classes.eq(IgnoreClass.Value), 0);
    }

    /// <summary>The targets without an axis of classes, which has the length 1 where it is there.</summary>
    private Tensor Numbers(Tensor target, Tensor values) =>
        target.dim() == values.dim() && target.shape[Probability.PositiveAxis(Axis, target)] == 1 ? target.squeeze(Axis) : target;
}
