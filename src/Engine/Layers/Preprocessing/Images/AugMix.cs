using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, mixes images with what chains of augmentations make of them.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>. With all augmentations, there are 3 channels, or 1.
/// Out of training, images are left as they are.
/// Paper: Hendrycks et al. (2020).
/// Source: Keras 3, <c>keras.layers.AugMix</c>.
/// </remarks>
/// <example>AugMix: { num_chains: 2, input_shape: [8, 8, 3] }</example>
[KerasName("AugMix")]
public sealed record AugMix : ImageAugmentation
{
    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <summary>How many chains there are.</summary>
    [AtLeast(1)]
    public int NumChains { get; init; } = 3;

    /// <summary>How many augmentations a chain has at most.</summary>
    [AtLeast(1)]
    public int ChainDepth { get; init; } = 3;

    /// <summary>How strongly: the factor of each augmentation.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Factor { get; init; } = [0.3];

    /// <summary>The concentration of the shares in the mix: below 1, one of them is nearly all.</summary>
    [Above(0)]
    public double Alpha { get; init; } = 1;

    /// <summary>Whether augmentations of color, contrast and sharpness are drawn too.</summary>
    public bool AllOps { get; init; } = true;

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
        var all = AugmentationSet.Of(Factor, ValueRange, Interpolation, AllOps);
        var chains = draws.Shares(NumChains, Alpha);
        var kept = draws.Shares(2, Alpha)[0];
        var mixed = zeros_like(images);
        foreach (var share in chains)
        {
            var chain = images;
            for (var depth = 0; depth < ChainDepth; depth++)
            {
                var drawn = draws.Below(all.Count + 1); // the last is to do nothing
                chain = drawn == all.Count ? chain : (all[drawn] with { DataFormat = DataFormat }).Change(chain, draws.Part());
            }

            mixed += chain * share;
        }

        return Pictures.Clip((images * kept) + (mixed * (1 - kept)), Bounds.Of(ValueRange));
    }


    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        if (AllOps)
        {
            NeedColors(input, orGray: true);
        }

        return base.Infer(input);
    }
}
