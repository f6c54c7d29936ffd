using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, leaves each image fewer values: those that some bits tell apart.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomPosterization</c>.
/// </remarks>
/// <example>RandomPosterization: { factor: 4 }</example>
[KerasName("RandomPosterization")]
public sealed record RandomPosterization : ImageAugmentation
{
    /// <summary>How many bits, from 1 to 8: drawn from the first number up to below the second; one number stands for its range from 1.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Factor { get; init; }

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes("factor", Factor, 1, 8), .. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var (range, factor) = (Bounds.Of(ValueRange), Factor is [var only] ? new(1, only) : Bounds.Of(Factor));
        var bits = Array.ConvertAll(draws.Each(factor with { Low = Math.Floor(factor.Low), High = Math.Floor(factor.High) }), Math.Floor);
        var steps = draws.AsTensor(Array.ConvertAll(bits, count => Math.Pow(2, 8 - count)));
        var bytes = Pictures.ToBytes(images, range).clamp(0, 255).floor();
        return Pictures.FromBytes((bytes / steps).floor() * steps, range);
    }
}
