using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, makes some images gray.</summary>
/// <remarks>
/// Shape: the output's is the input's, <c>[batch, height, width, channels]</c>. There are 3 channels, or 1.
/// Out of training, images are left as they are.
/// Source: Keras 3, <c>keras.layers.RandomGrayscale</c>.
/// </remarks>
/// <example>RandomGrayscale: { factor: 0.5, input_shape: [8, 8, 3] }</example>
[KerasName("RandomGrayscale")]
public sealed record RandomGrayscale : ImageAugmentation
{
    /// <summary>How likely an image becomes gray.</summary>
    [Between(0, 1)]
    public double Factor { get; init; } = 0.5;

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws) =>
        where(draws.Chosen(new(Factor, Factor)), Pictures.Gray(images), images);

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        NeedColors(input, orGray: true);
        return base.Infer(input);
    }
}
