using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, turns each image around its middle.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomRotation</c>.
/// </remarks>
/// <example>RandomRotation: { factor: 0.1 }</example>
[KerasName("RandomRotation")]
public sealed record RandomRotation : AffineLayer
{
    /// <summary>How far, as fractions of a full circle; one number stands for both directions.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Factor { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. base.FindMistakes(), .. Bounds.Mistakes("factor", Factor, -1, 1)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var turns = draws.Each(Bounds.Of(Factor));
        var (x, y) = ((images.shape[3] - 1) / 2.0, (images.shape[2] - 1) / 2.0);
        return Warping(FillMode).Affine(images, image =>
        {
            var (sine, cosine) = Math.SinCos(turns[image] * 2 * Math.PI);
            return (cosine, -sine, x - (x * cosine) + (y * sine), sine, cosine, y - (x * sine) - (y * cosine));
        });
    }
}
