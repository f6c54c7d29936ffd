using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>Makes images of one size out of images of any.</summary>
/// <remarks>
/// Shape: <c>[batch, height, width, channels]</c>, with the layer's own height and width. Type: whole numbers stay whole, rounded.
/// Source: Keras 3, <c>keras.layers.Resizing</c>.
/// </remarks>
/// <example>Resizing: { height: 4, width: 4 }</example>
[KerasName("Resizing")]
public sealed record Resizing : ImageLayer
{
    /// <summary>The height of what comes out.</summary>
    [AtLeast(1)]
    public required int Height { get; init; }

    /// <summary>The width of what comes out.</summary>
    [AtLeast(1)]
    public required int Width { get; init; }

    /// <summary>How values between pixels are made up.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Whether proportions are kept, and what is too much cut off at both sides.</summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>Whether proportions are kept, and what is missing added at both sides.</summary>
    public bool PadToAspectRatio { get; init; }

    /// <summary>What is added: one value.</summary>
    public FillMode FillMode { get; init; } = FillMode.Constant;

    /// <summary>The value that is added.</summary>
    public double FillValue { get; init; }

    /// <summary>Whether making smaller takes all pixels into account, not just the nearest few.</summary>
    public bool Antialias { get; init; }

    /// <inheritdoc/>
    private protected override bool KeepsWholeNumbers => true;

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes()
    {
        if (CropToAspectRatio && PadToAspectRatio)
        {
            yield return new OptionMistake("pad_to_aspect_ratio", "Images are to be cropped and padded.", "one of 'crop_to_aspect_ratio' and 'pad_to_aspect_ratio'");
        }

        if (FillMode != FillMode.Constant)
        {
            yield return new OptionMistake("fill_mode", "Images are padded by one value only.", "constant");
        }
    }

    /// <inheritdoc/>
    internal override Tensor Change(Tensor images, ImageDraws draws)
    {
        var size = new ImageSize(Height, Width, Interpolation, Antialias);
        return CropToAspectRatio ? size.Crop(images) : PadToAspectRatio ? size.Pad(images, FillValue) : size.Stretch(images);
    }

    /// <inheritdoc/>
    private protected override string ChangeOnnx(OnnxGraph onnx, string images, Shape shape)
    {
        var size = new ImageSize(Height, Width, Interpolation, Antialias);
        return CropToAspectRatio ? size.WriteCrop(onnx, images, shape)
            : PadToAspectRatio ? size.WritePad(onnx, images, shape, FillValue)
            : size.WriteStretch(onnx, images, shape);
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => WithSize(base.Infer(input), Height, Width);
}
