using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>Cuts the middle out of images; those that are too small are stretched instead, and keep their proportions.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c>, with the layer's own height and width.
/// Source: Keras 3, <c>keras.layers.CenterCrop</c>.
/// </remarks>
/// <example>CenterCrop: { height: 4, width: 4 }</example>
[KerasName("CenterCrop")]
public sealed record CenterCrop : ImageLayer
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
        return high >= Height && wide >= Width
            ? images.narrow(2, (high - Height) / 2, Height).narrow(3, (wide - Width) / 2, Width)
            : new ImageSize(Height, Width, Interpolation.Bilinear).Crop(images);
    }

    /// <inheritdoc/>
    private protected override string ChangeOnnx(OnnxGraph onnx, string images, Shape shape)
    {
        var (high, wide) = ImageSize.NeedSize(onnx, shape);
        return high >= Height && wide >= Width
            ? ImageSize.WriteMiddle(onnx, images, shape, Height, Width)
            : new ImageSize(Height, Width, Interpolation.Bilinear).WriteCrop(onnx, images, shape);
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => WithSize(base.Infer(input), Height, Width);
}
