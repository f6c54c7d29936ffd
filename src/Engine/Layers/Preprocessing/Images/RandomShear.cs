using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, slants each image.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomShear</c>.
/// </remarks>
/// <example>RandomShear: { x_factor: 0.2 }</example>
[KerasName("RandomShear")]
public sealed record RandomShear : AffineLayer
{
    /// <summary>How far rows are moved, for each pixel down; one number stands for both directions.</summary>
    [OneOrMore]
    public IReadOnlyList<double> XFactor { get; init; } = [0];

    /// <summary>How far columns are moved, for each pixel to the right; one number stands for both directions.</summary>
    [OneOrMore]
    public IReadOnlyList<double> YFactor { get; init; } = [0];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. base.FindMistakes(), .. Bounds.Mistakes("x_factor", XFactor, 0, 1), .. Bounds.Mistakes("y_factor", YFactor, 0, 1)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var signs = draws.Signs();
        var (down, right) = (draws.Each(Bounds.Of(YFactor)), draws.Each(Bounds.Of(XFactor)));
        return Warping(FillMode).Affine(images, image => (1, right[image] * signs[image], 0, down[image] * signs[image], 1, 0));
    }
}
