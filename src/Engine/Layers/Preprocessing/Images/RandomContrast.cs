using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, draws the values of each channel of an image away from their mean.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// With <c>factor: [a, b]</c>, the distance from the mean is multiplied by a number from <c>1 − a</c> to <c>1 + b</c>; with one number <c>b</c>, from 1 on.
/// Source: Keras 3, <c>keras.layers.RandomContrast</c>.
/// </remarks>
/// <example>RandomContrast: { factor: 0.2 }</example>
[KerasName("RandomContrast")]
public sealed record RandomContrast : ImageAugmentation
{
    /// <summary>How far contrast changes: fractions.</summary>
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
        var factor = Bounds.Of(Factor, least: 0);
        var mean = images.mean([2, 3], keepdim: true);
        return Pictures.Clip(Pictures.Blend(mean, images, draws.EachAsTensor(new(1 - factor.Low, 1 + factor.High))), Bounds.Of(ValueRange));
    }
}
