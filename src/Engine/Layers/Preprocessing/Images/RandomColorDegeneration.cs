using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, brings the colors of each image nearer to gray, or farther from it.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>. There are 3 channels, or 1.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomColorDegeneration</c>.
/// </remarks>
/// <example>RandomColorDegeneration: { factor: 0.5, input_shape: [8, 8, 3] }</example>
[KerasName("RandomColorDegeneration")]
public sealed record RandomColorDegeneration : ImageAugmentation
{
    /// <summary>How far: 0 leaves colors, 1 is gray.</summary>
    [OneOrMore]
    public required IReadOnlyList<double> Factor { get; init; }

    /// <summary>The least and the greatest value of a pixel.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [0, 255];

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() =>
        [.. Bounds.Mistakes("factor", Factor, -1, 1), .. Bounds.Mistakes(ValueRange)];

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws) =>
        Pictures.Clip(Pictures.Blend(images, Pictures.Gray(images), draws.EachAsTensor(Bounds.Of(Factor))), Bounds.Of(ValueRange));

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        NeedColors(input, orGray: true);
        return base.Infer(input);
    }
}
