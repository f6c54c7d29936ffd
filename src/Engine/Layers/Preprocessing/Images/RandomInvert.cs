using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, turns the values of some images around.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomInvert</c>.
/// </remarks>
/// <example>RandomInvert: { factor: 0.5 }</example>
[KerasName("RandomInvert")]
public sealed record RandomInvert : ImageAugmentation
{
    /// <summary>How likely an image is inverted: the likelihood is drawn from 0 to one number, or between two.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Factor { get; init; } = [1];

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes("factor", Factor, 0, 1), .. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws) =>
        where(draws.Chosen(Bounds.Of(Factor, least: 0)), ValueRange[1] - images, images);
}
