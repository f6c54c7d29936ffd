using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>Lays all axes after the batch end to end.</summary>
/// <remarks>
/// Shape: <c>[batch, a, b, …]</c> becomes <c>[batch, a · b · …]</c>, and <c>[batch]</c> becomes <c>[batch, 1]</c>. With
/// <c>data_format: channels_first</c> the channels are moved to the end first.
/// Source: Keras 3, <c>keras.layers.Flatten</c>.
/// </remarks>
/// <example>Flatten</example>
[KerasName("Flatten")]
public sealed record Flatten : SpatialLayer
{
    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => input.With(new Shape(input.NeedRank(1).Shape[0], input.Shape.SizeFrom(1)));

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule((x, _) =>
    {
        var last = DataFormat == Channels.First && x.dim() > 2 ? x.movedim([1], [-1]) : x;
        return last.dim() == 1 ? last.unsqueeze(1) : last.flatten(1); // [batch, a · b · …]
    }, WriteOnnx);

    private string WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        var rank = x.Spec.Rank;
        var last = DataFormat == Channels.First && rank > 2 ? onnx.Turn(x.Name, [0, .. Enumerable.Range(2, rank - 2).Select(axis => (long)axis), 1]) : x.Name;
        return rank == 1 ? onnx.Unsqueeze(last, 1) : onnx.Reshape(last, 0, x.Spec.Shape.SizeFrom(1) ?? -1);
    }
}
