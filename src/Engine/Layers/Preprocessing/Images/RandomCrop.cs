using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>In training, cuts a part out of images, the same of all images of a batch.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c>, with the layer's own height and width.
/// An image that is too small is stretched. Out of training images are left as they are, as in Keras, so a model that needs the cropped size must be given it.
/// Source: Keras 3, <c>keras.layers.RandomCrop</c>.
/// </remarks>
/// <example>RandomCrop: { height: 8, width: 8, input_shape: [8, 8, 3] }</example>
[KerasName("RandomCrop")]
public sealed record RandomCrop : ImageAugmentation
{
    /// <summary>The height of what comes out.</summary>
    [AtLeast(1)]
    public required int Height { get; init; }

    /// <summary>The width of what comes out.</summary>
    [AtLeast(1)]
    public required int Width { get; init; }

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var (high, wide) = (images.shape[2], images.shape[3]);
        return high > Height && wide > Width
            ? images.narrow(2, draws.Below((int)(high - Height + 1)), Height).narrow(3, draws.Below((int)(wide - Width + 1)), Width)
            : Part(images, high, wide);
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => WithSize(base.Infer(input), Height, Width);

    /// <summary>What there is of the part where the middle of the layer's proportions begins, stretched.</summary>
    private Tensor Part(Tensor images, long high, long wide)
    {
        var top = (high - Math.Max(Math.Min(high, (long)((double)(wide * Height) / Width)), 1)) / 2;
        var left = (wide - Math.Max(Math.Min(wide, (long)((double)(high * Width) / Height)), 1)) / 2;
        var part = images.narrow(2, top, Math.Min(Height, high - top)).narrow(3, left, Math.Min(Width, wide - left));
        return new ImageSize(Height, Width, Interpolation.Bilinear).Stretch(part);
    }
}
