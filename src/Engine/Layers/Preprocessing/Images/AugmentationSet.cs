using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>The augmentations that RandAugment and AugMix choose from.</summary>
internal static class AugmentationSet
{
    /// <summary>Those that move pixels and change values, of a strength; with all, those that change colors too.</summary>
    internal static IReadOnlyList<ImageLayer> Of(IReadOnlyList<double> factor, IReadOnlyList<double> valueRange, Interpolation interpolation, bool all)
    {
        var strength = Bounds.Of(factor, least: 0);
        double[] both = [strength.Low, strength.High];
        ImageLayer[] always =
        [
            new RandomShear { XFactor = both, YFactor = both, Interpolation = interpolation },
            new RandomTranslation { HeightFactor = both, WidthFactor = both, Interpolation = interpolation },
            new RandomRotation { Factor = both, Interpolation = interpolation },
            new RandomPosterization { Factor = [Math.Max(1, (int)(8 * strength.High))], ValueRange = valueRange },
            new Solarization { AdditionFactor = both, ThresholdFactor = both, ValueRange = valueRange },
            new AutoContrast { ValueRange = valueRange },
            new Equalization { ValueRange = valueRange },
        ];
        return !all ? always :
        [
            .. always,
            new RandomBrightness { Factor = both, ValueRange = valueRange },
            new RandomColorDegeneration { Factor = both, ValueRange = valueRange },
            new RandomContrast { Factor = both, ValueRange = valueRange },
            new RandomSharpness { Factor = both, ValueRange = valueRange },
        ];
    }
}
