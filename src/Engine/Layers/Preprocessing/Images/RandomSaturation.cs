using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, makes the colors of each image stronger or weaker.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>. There are 3 channels.
/// Out of training, images are left as they are.
/// A factor <c>f</c> multiplies saturation by <c>f / (1 − f)</c>: 0 is gray, 0.5 leaves colors, and above 0.5 they are stronger.
/// Source: Keras 3, <c>keras.layers.RandomSaturation</c>.
/// </remarks>
/// <example>RandomSaturation: { factor: [0.4, 0.6], input_shape: [8, 8, 3] }</example>
[KerasName("RandomSaturation")]
public sealed record RandomSaturation : ImageAugmentation
{
    /// <summary>From which numbers the factor of an image is drawn.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Factor { get; init; }

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes("factor", Factor, -1, 1), .. Bounds.Mistakes(ValueRange)];

    private const double Least = 1e-7; // Keras's epsilon

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var factors = draws.AsTensor(Array.ConvertAll(draws.Each(Bounds.Of(Factor)), drawn => drawn / (1 - drawn + Least)));
        var (hue, saturation, value) = Hsv.From(images);
        return Hsv.ToRgb(hue, Pictures.Clip(saturation * factors, Bounds.Of(ValueRange)), value);
    }


    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        NeedColors(input, orGray: false);
        return base.Infer(input);
    }
}
