using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How well the places of some classes overlap: intersection over union, and its mean over the classes.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.IoU</c>.</remarks>
/// <example>IoU: { num_classes: 3, target_class_ids: [0, 2] }</example>
[KerasName("IoU", "io_u", "iou")]
public sealed record IoU : OverlapMetric
{
    /// <summary>How many classes there are.</summary>
    [AtLeast(1)]
    public required int NumClasses { get; init; }

    /// <summary>The classes whose overlap is taken.</summary>
    public required IReadOnlyList<int> TargetClassIds { get; init; }

    /// <summary>A class of the targets that does not count, such as the void of a segmentation; or null.</summary>
    public int? IgnoreClass { get; init; }

    /// <summary>Whether the targets are numbers of classes, and not a value for each class.</summary>
    public bool SparseYTrue { get; init; } = true;

    /// <summary>Whether the predictions are numbers of classes, and not a value for each class.</summary>
    public bool SparseYPred { get; init; } = true;

    /// <summary>The axis of the classes where there is a value for each; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    private protected override int? Classes => NumClasses;

    private protected override IReadOnlyList<int>? Taken => TargetClassIds;

    private protected override int? Ignored => IgnoreClass;

    private protected override (Tensor True, Tensor Predicted) Numbers(Tensor target, Tensor prediction) =>
        (SparseYTrue ? target : target.argmax(Axis), SparseYPred ? prediction : prediction.argmax(Axis));
}
