using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>How well the places of no and yes overlap, where predictions are yes from a threshold on.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.BinaryIoU</c>.</remarks>
[KerasName("BinaryIoU", "binary_io_u", "binary_iou")]
public sealed record BinaryIoU : OverlapMetric
{
    /// <summary>Which of no (0) and yes (1) is taken.</summary>
    public IReadOnlyList<int> TargetClassIds { get; init; } = [0, 1];

    /// <summary>From it on, a prediction is a yes.</summary>
    public double Threshold { get; init; } = 0.5;

    private protected override int? Classes => 2;

    private protected override IReadOnlyList<int>? Taken => TargetClassIds;

    private protected override (Tensor True, Tensor Predicted) Numbers(Tensor target, Tensor prediction) =>
        (target, prediction.to_type(ScalarType.Float32).ge(Threshold));
}
