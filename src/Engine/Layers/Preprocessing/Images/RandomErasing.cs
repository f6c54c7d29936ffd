using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, puts a rectangle of noise, or of one color, over a part of some images.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomErasing</c>.
/// </remarks>
/// <example>RandomErasing: { scale: [0.02, 0.33], fill_value: 0 }</example>
[KerasName("RandomErasing")]
public sealed record RandomErasing : ImageAugmentation
{
    /// <summary>How likely an image is changed: the likelihood is drawn from 0 to one number, or between two.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Factor { get; init; } = [1];

    /// <summary>How large the rectangle is: its height and its width are the roots of drawn fractions.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Scale { get; init; } = [0.02, 0.33];

    /// <summary>What the rectangle holds: one number, or one for each of 3 channels; null is normal noise.</summary>
    [OneOrMore]
    public IReadOnlyList<double>? FillValue { get; init; }

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes()
    {
        foreach (var mistake in Bounds.Mistakes("factor", Factor, 0, 1).Concat(Bounds.Mistakes("scale", Scale, 0, 1)).Concat(Bounds.Mistakes(ValueRange)))
        {
            yield return mistake;
        }

        if (FillValue?.Count is not (null or 1 or 3))
        {
            yield return new OptionMistake("fill_value", "'fill_value' is no color.", "a number, or a list of three");
        }
    }

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var (ratios, chosen) = (Bounds.Of(Scale, least: 0), draws.Chosen(Bounds.Of(Factor, least: 0)));
        var columns = Inside(images.shape[3]).view(-1, 1, 1, images.shape[3]);
        var rows = Inside(images.shape[2]).view(-1, 1, images.shape[2], 1);
        var range = Bounds.Of(ValueRange);
        var fill = FillValue is null ? draws.Normal(images.shape) * ValueRange[1]
            : tensor(FillValue.Select(number => (float)number).ToArray(), [1, FillValue.Count, 1, 1]);
        return where(chosen & rows & columns, Pictures.Clip(fill, range), images);

        Tensor Inside(long length) // whether a pixel of an axis is in the rectangle: [batch, length]
        {
            var size = draws.EachAsTensor(ratios).view(-1, 1).sqrt() * length;
            var start = draws.EachAsTensor(Bounds.Fractions).view(-1, 1) * (length - size);
            var places = arange(length, ScalarType.Float32).view(1, -1);
            return (places >= start) & (places < start + size);
        }
    }


    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        if (FillValue is { Count: 3 })
        {
            NeedColors(input, orGray: false);
        }

        return base.Infer(input);
    }
}
