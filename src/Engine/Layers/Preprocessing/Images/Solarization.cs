using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, makes values brighter, and turns those above a threshold around, as film does that had too much light.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.Solarization</c>.
/// </remarks>
/// <example>Solarization: { threshold_factor: 0.5 }</example>
[KerasName("Solarization")]
public sealed record Solarization : ImageAugmentation
{
    /// <summary>What is added: from 0 to a fraction of 255, drawn for each image; of two numbers the first is the least, as it is, and the second a fraction of 255.</summary>
    [OneOrMore]
    public IReadOnlyList<double> AdditionFactor { get; init; } = [0];

    /// <summary>From where on values are turned around, in the same form.</summary>
    [OneOrMore]
    public IReadOnlyList<double> ThresholdFactor { get; init; } = [0];

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Fractions("addition_factor", AdditionFactor), .. Fractions("threshold_factor", ThresholdFactor), .. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var range = Bounds.Of(ValueRange);
        var (additions, thresholds) = (draws.EachAsTensor(Limits(AdditionFactor)), draws.EachAsTensor(Limits(ThresholdFactor)));
        var bytes = (Pictures.ToBytes(images, range) + additions).clamp(0, 255);
        return Pictures.FromBytes(where(bytes < thresholds, bytes, 255 - bytes), range);
    }

    private static Bounds Limits(IReadOnlyList<double> factor) => factor is [var only] ? new(0, only * 255) : new(factor.Min(), factor.Max() * 255);

    private static IEnumerable<OptionMistake> Fractions(string option, IReadOnlyList<double> factor) =>
        factor.Count is 1 or 2 && factor.All(number => number is >= 0 and <= 1) ? []
            : [new OptionMistake(option, $"'{option}' is out of its range.", "a number from 0 to 1, or a list of two")];
}
