using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How well the places of some classes overlap, for targets with a value for each class.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.OneHotIoU</c>.</remarks>
/// <example>OneHotIoU: { num_classes: 3, target_class_ids: [0, 2] }</example>
[KerasName("OneHotIoU", "one_hot_io_u", "one_hot_iou")]
public sealed record OneHotIoU : OverlapMetric
{
    /// <summary>How many classes there are; null (which Keras has not) takes it from the targets.</summary>
    [AtLeast(1)]
    public int? NumClasses { get; init; }

    /// <summary>The classes whose overlap is taken.</summary>
    public required IReadOnlyList<int> TargetClassIds { get; init; }

    /// <summary>A class of the targets that does not count, such as the void of a segmentation; or null.</summary>
    public int? IgnoreClass { get; init; }

    /// <summary>Whether the predictions are numbers of classes, and not a value for each class.</summary>
    public bool SparseYPred { get; init; }

    /// <summary>The axis of the classes where there is a value for each; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    private protected override int? Classes => NumClasses;

    private protected override IReadOnlyList<int>? Taken => TargetClassIds;

    private protected override long ClassesIn(Tensor target) => target.shape[Axis < 0 ? Axis + target.dim() : Axis];

    private protected override int? Ignored => IgnoreClass;

    private protected override (Tensor True, Tensor Predicted) Numbers(Tensor target, Tensor prediction) =>
        (target.argmax(Axis), SparseYPred ? prediction : prediction.argmax(Axis));
}
