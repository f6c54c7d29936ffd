using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, turns the colors of each image around the circle of colors.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>. There are 3 channels.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomHue</c>.
/// </remarks>
/// <example>RandomHue: { factor: 0.5, input_shape: [8, 8, 3] }</example>
[KerasName("RandomHue")]
public sealed record RandomHue : ImageAugmentation
{
    /// <summary>How far, to either side: 1 is half the circle.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Factor { get; init; }

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes("factor", Factor, 0, 1), .. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var range = Bounds.Of(ValueRange);
        var (signs, factors) = (draws.Signs(), draws.Each(Bounds.Of(Factor, least: 0)));
        var (hue, saturation, value) = Hsv.From(Pictures.Stretch(images, range, Bounds.Fractions));
        hue += draws.AsTensor([.. signs.Zip(factors, (sign, part) => sign * part * 0.5)]);
        hue = where(hue > 1, hue - 1, where(hue < 0, hue + 1, hue));
        return Pictures.Stretch(Hsv.ToRgb(hue, saturation, value).clamp(0, 1), Bounds.Fractions, range);
    }


    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        NeedColors(input, orGray: false);
        return base.Infer(input);
    }
}
