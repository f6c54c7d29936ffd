using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, stretches or shrinks the width of images, the same of all images of a batch.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c>, with a width that is not known.
/// Out of training, images are left as they are.
/// Source: Keras 2, <c>keras.layers.RandomWidth</c>; Keras 3 has none.
/// </remarks>
/// <example>RandomWidth: { factor: 0.2, input_shape: [8, 8, 3] }</example>
[KerasName("RandomWidth")]
public sealed record RandomWidth : ImageAugmentation
{
    /// <summary>By how much the width grows at most, as a fraction of it; of two numbers, the least and the most, below 0 where it shrinks.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Factor { get; init; }

    /// <summary>How values between pixels are made.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() => [.. base.FindMistakes(), .. Bounds.Mistakes("factor", Factor, -1, 1)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var width = Math.Max((int)((1 + draws.Once(Bounds.Of(Factor))) * images.shape[3]), 1);
        return new ImageSize((int)images.shape[2], width, Interpolation).Stretch(images);
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var kept = base.Infer(input);
        return kept.With(kept.Shape.With(Space.FirstAxis(DataFormat) + 1, null));
    }
}
