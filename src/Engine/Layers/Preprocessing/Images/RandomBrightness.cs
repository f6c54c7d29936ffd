using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, makes each image brighter or darker.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomBrightness</c>.
/// </remarks>
/// <example>RandomBrightness: { factor: 0.2 }</example>
[KerasName("RandomBrightness")]
public sealed record RandomBrightness : ImageAugmentation
{
    /// <summary>How much is added at most, and at least: fractions of the range of values.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Factor { get; init; }

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes("factor", Factor, -1, 1), .. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var range = Bounds.Of(ValueRange);
        return Pictures.Clip(images + (draws.EachAsTensor(Bounds.Of(Factor)) * (range.High - range.Low)), range);
    }
}
