using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, distorts some images as if they were printed on rubber.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// How far pixels move is normal noise, blurred, so that neighbors move alike.
/// Source: Keras 3, <c>keras.layers.RandomElasticTransform</c>.
/// </remarks>
/// <example>RandomElasticTransform: { scale: 0.5 }</example>
[KerasName("RandomElasticTransform")]
public sealed record RandomElasticTransform : WarpingLayer
{
    /// <summary>How likely an image is changed: the likelihood is drawn from 0 to one number, or between two.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Factor { get; init; } = [1];

    /// <summary>How strongly: drawn for the batch from 0 to one number, or between two.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Scale { get; init; } = [1];

    /// <summary>What stands beyond the borders.</summary>
    public FillMode FillMode { get; init; } = FillMode.Reflect;

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. base.FindMistakes(), .. Bounds.Mistakes("factor", Factor, 0, 1), .. Bounds.Mistakes("scale", Scale, 0, 1), .. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var (factor, scale) = (Bounds.Of(Factor, least: 0), Bounds.Of(Scale, least: 0));
        if (scale.High == 0 || factor.High == 0)
        {
            return images;
        }

        var (chosen, strength) = (draws.Chosen(factor), draws.Once(scale));
        var (batch, high, wide) = (images.shape[0], images.shape[2], images.shape[3]);
        var alpha = Math.Max(high, wide) * 0.1 * strength;
        var sigma = Math.Min(high, wide) * 0.05 * strength;
        var (rows, columns) = (arange(high, ScalarType.Float32).view(1, -1, 1), arange(wide, ScalarType.Float32).view(1, 1, -1));
        var moved = Warping(FillMode).Take(images, rows + Field(), columns + Field());
        return Pictures.Clip(where(chosen, moved, images), Bounds.Of(ValueRange));

        Tensor Field() // how far each pixel moves: [batch, height, width]
        {
            var size = (int)(6 * sigma) | 1;
            var noise = draws.Normal(batch, 1, high, wide) * sigma;
            return (Pictures.Blur(noise, (size, size), (sigma + double.Epsilon, sigma + double.Epsilon)) * alpha).squeeze(1);
        }
    }
}
