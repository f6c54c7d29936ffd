using ExperimentRunner.Engine.Definitions;
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
}
