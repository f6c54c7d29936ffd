using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How well the places of all classes overlap, for targets with a value for each class.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.OneHotMeanIoU</c>.</remarks>
[KerasName("OneHotMeanIoU", "one_hot_mean_io_u", "one_hot_mean_iou")]
public sealed record OneHotMeanIoU : OverlapMetric
{
    /// <summary>How many classes there are; null (which Keras has not) takes it from the targets.</summary>
    [AtLeast(1)]
    public int? NumClasses { get; init; }

    /// <summary>A class of the targets that does not count, such as the void of a segmentation; or null.</summary>
    public int? IgnoreClass { get; init; }

    /// <summary>Whether the predictions are numbers of classes, and not a value for each class.</summary>
    public bool SparseYPred { get; init; }

    /// <summary>The axis of the classes where there is a value for each; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    private protected override int? Classes => NumClasses;

    private protected override IReadOnlyList<int>? Taken => null;

    private protected override long ClassesIn(Tensor target) => target.shape[Axis < 0 ? Axis + target.dim() : Axis];

    private protected override int? Ignored => IgnoreClass;

    private protected override (Tensor True, Tensor Predicted) Numbers(Tensor target, Tensor prediction) =>
        (target.argmax(Axis), SparseYPred ? prediction : prediction.argmax(Axis));
}
