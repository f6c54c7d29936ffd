using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>Stretches the values of each channel of each image over the whole range.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// A channel of one value is left as it is. As in Keras, the two axes after the batch are looked at together, whatever <c>data_format</c> says.
/// Source: Keras 3, <c>keras.layers.AutoContrast</c>.
/// </remarks>
/// <example>AutoContrast</example>
[KerasName("AutoContrast")]
public sealed record AutoContrast : ImageLayer
{
    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        long[] axes = DataFormat == Channels.First ? [1, 2] : [2, 3]; // the first two that the image has in memory
        var range = Bounds.Of(ValueRange);
        var bytes = Pictures.ToBytes(images, range);
        var (low, high) = (bytes.amin(axes, keepdim: true), bytes.amax(axes, keepdim: true));
        var flat = high == low;
        var scale = 255 / where(flat, ones(1), high - low);
        var stretched = ((bytes * scale) - (low * scale)).clamp(0, 255);
        return where(flat, images, Pictures.FromBytes(stretched, range));
    }

    /// <inheritdoc/>
    private protected override string ChangeOnnx(OnnxGraph onnx, string images, Shape shape)
    {
        (string, object)[] axes = [("axes", DataFormat == Channels.First ? (long[])[1, 2] : [2, 3]), ("keepdims", 1L)];
        var range = Bounds.Of(ValueRange);
        var bytes = Pictures.WriteBytes(onnx, images, range);
        var (low, high) = (onnx.Add("ReduceMin", [bytes], axes), onnx.Add("ReduceMax", [bytes], axes));
        var flat = onnx.Add("Equal", [high, low]);
        var scale = onnx.Add("Div", [onnx.Number(255), onnx.Add("Where", [flat, onnx.Number(1), onnx.Add("Sub", [high, low])])]);
        var stretched = onnx.Clip(onnx.Add("Sub", [onnx.Times(bytes, scale), onnx.Times(low, scale)]), 0, 255);
        return onnx.Add("Where", [flat, images, Pictures.WriteFromBytes(onnx, stretched, range)]);
    }
}
