using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, changes images by a few augmentations, drawn for the batch.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>. There are 3 channels, or 1.
/// Out of training, images are left as they are.
/// Paper: Cubuk et al. (2019).
/// Source: Keras 3, <c>keras.layers.RandAugment</c>.
/// </remarks>
/// <example>RandAugment: { num_ops: 2, factor: 0.3, input_shape: [8, 8, 3] }</example>
[KerasName("RandAugment")]
public sealed record RandAugment : ImageAugmentation
{
    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <summary>How many augmentations are done, one after the other.</summary>
    [AtLeast(0)]
    public int NumOps { get; init; } = 2;

    /// <summary>How strongly: the factor of each.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Factor { get; init; } = [0.5];

    /// <summary>How values between pixels are made up: nearest or bilinear.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes()
    {
        foreach (var mistake in Bounds.Mistakes("factor", Factor, 0, 1).Concat(Bounds.Mistakes(ValueRange)))
        {
            yield return mistake;
        }

        if (Interpolation is not (Interpolation.Nearest or Interpolation.Bilinear))
        {
            yield return new OptionMistake("interpolation", "Pixels that move are made up of the nearest one or four.", "nearest or bilinear");
        }
    }

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var all = AugmentationSet.Of(Factor, ValueRange, Interpolation, all: true);
        for (var done = 0; done < NumOps; done++)
        {
            images = (all[draws.Below(all.Count)] with { DataFormat = DataFormat }).Change(images, draws.Part());
        }

        return images;
    }


    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        NeedColors(input, orGray: true);
        return base.Infer(input);
    }
}
