using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, changes brightness, contrast, saturation and hue of each image, one after the other.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>. For saturation and hue there are 3 channels.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomColorJitter</c>.
/// </remarks>
/// <example>RandomColorJitter: { brightness_factor: 0.2, contrast_factor: 0.2, saturation_factor: [0.4, 0.6], hue_factor: 0.1, input_shape: [8, 8, 3] }</example>
[KerasName("RandomColorJitter")]
public sealed record RandomColorJitter : ImageAugmentation
{
    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <summary>As in RandomBrightness; null leaves it.</summary>
    [OneOrMore]
    public IReadOnlyList<double>? BrightnessFactor { get; init; }

    /// <summary>As in RandomContrast; null leaves it.</summary>
    [OneOrMore]
    public IReadOnlyList<double>? ContrastFactor { get; init; }

    /// <summary>As in RandomSaturation; null leaves it.</summary>
    [OneOrMore]
    public IReadOnlyList<double>? SaturationFactor { get; init; }

    /// <summary>As in RandomHue; null leaves it.</summary>
    [OneOrMore]
    public IReadOnlyList<double>? HueFactor { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes("brightness_factor", BrightnessFactor, -1, 1), .. Bounds.Mistakes("contrast_factor", ContrastFactor, 0, 1), .. Bounds.Mistakes("saturation_factor", SaturationFactor, -1, 1), .. Bounds.Mistakes("hue_factor", HueFactor, 0, 1), .. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws) =>
        Parts().Aggregate(images, (changed, part) => part.Change(changed, draws.Part()));

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        if (SaturationFactor is not null || HueFactor is not null)
        {
            NeedColors(input, orGray: false);
        }

        return base.Infer(input);
    }

    private IEnumerable<ImageLayer> Parts()
    {
        if (BrightnessFactor is not null)
        {
            yield return new RandomBrightness { Factor = BrightnessFactor, ValueRange = ValueRange };
        }

        if (ContrastFactor is not null)
        {
            yield return new RandomContrast { Factor = ContrastFactor, ValueRange = ValueRange };
        }

        if (SaturationFactor is not null)
        {
            yield return new RandomSaturation { Factor = SaturationFactor, ValueRange = ValueRange };
        }

        if (HueFactor is not null)
        {
            yield return new RandomHue { Factor = HueFactor, ValueRange = ValueRange };
        }
    }
}
