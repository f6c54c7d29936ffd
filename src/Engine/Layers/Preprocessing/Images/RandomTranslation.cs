using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, moves each image up or down, left or right.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomTranslation</c>.
/// </remarks>
/// <example>RandomTranslation: { height_factor: 0.1, width_factor: 0.1 }</example>
[KerasName("RandomTranslation")]
public sealed record RandomTranslation : AffineLayer
{
    /// <summary>How far down, as fractions of the height; one number stands for both directions.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> HeightFactor { get; init; }

    /// <summary>How far to the right, as fractions of the width; one number stands for both directions.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> WidthFactor { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. base.FindMistakes(), .. Bounds.Mistakes("height_factor", HeightFactor, -1, 1), .. Bounds.Mistakes("width_factor", WidthFactor, -1, 1)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var (down, right) = (draws.Each(Bounds.Of(HeightFactor)), draws.Each(Bounds.Of(WidthFactor)));
        return Warping(FillMode).Affine(images, image => (1, 0, -right[image] * images.shape[3], 0, 1, -down[image] * images.shape[2]));
    }
}
