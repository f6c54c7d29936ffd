using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, blurs each image, or sharpens it.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// A factor of 0 is a smooth image, 0.5 the image itself, 1 a sharper one.
/// Source: Keras 3, <c>keras.layers.RandomSharpness</c>.
/// </remarks>
/// <example>RandomSharpness: { factor: 0.5 }</example>
[KerasName("RandomSharpness")]
public sealed record RandomSharpness : ImageAugmentation
{
    /// <summary>From which numbers the factor of an image is drawn; one number stands for its range from 0.</summary>
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
        const float Near = 1f / 13, Center = 5f / 13;
        var kernel = tensor(new[] { Near, Near, Near, Near, Center, Near, Near, Near, Near }, [3, 3]);
        var smoothing = 1 - (draws.EachAsTensor(Bounds.Of(Factor, least: 0)) * 2);
        return Pictures.Clip(Pictures.Blend(images, Pictures.Mix(images, kernel), smoothing), Bounds.Of(ValueRange));
    }
}
