using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, goes nearer to each image, or farther from it.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomZoom</c>.
/// </remarks>
/// <example>RandomZoom: { height_factor: 0.2 }</example>
[KerasName("RandomZoom")]
public sealed record RandomZoom : AffineLayer
{
    /// <summary>How much more of the height is seen; below 0, how much less.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> HeightFactor { get; init; }

    /// <summary>How much more of the width is seen; null keeps proportions.</summary>
    [OneOrMore]
    public IReadOnlyList<double>? WidthFactor { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. base.FindMistakes(), .. Bounds.Mistakes("height_factor", HeightFactor, -1, 1), .. Bounds.Mistakes("width_factor", WidthFactor, -1, 1)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var heights = draws.Each(Bounds.Of(HeightFactor));
        var widths = WidthFactor is null ? heights : draws.Each(Bounds.Of(WidthFactor));
        var (x, y) = ((images.shape[3] - 1) / 2.0, (images.shape[2] - 1) / 2.0);
        return Warping(FillMode).Affine(images, image => (1 + widths[image], 0, -x * widths[image], 0, 1 + heights[image], -y * heights[image]));
    }
}
