using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>Makes images of one size out of images of any.</summary>
/// <param name="height">The height.</param>
/// <param name="width">The width.</param>
/// <param name="interpolation">How values between pixels are made up.</param>
/// <param name="antialias">Whether making smaller takes all pixels into account.</param>
internal sealed class ImageSize(int height, int width, Interpolation interpolation, bool antialias = false)
{
    private readonly Resampler _resampler = new(interpolation, antialias);

    /// <summary>Stretches images to the size.</summary>
    /// <param name="images"><c>[batch, channels, height, width]</c>.</param>
    internal Tensor Stretch(Tensor images)
    {
        var rows = images.permute(0, 2, 3, 1); // so that a step along an axis moves whole pixels
        return _resampler.Resize(_resampler.Resize(rows, 1, height), 2, width).permute(0, 3, 1, 2);
    }

    /// <summary>Cuts the largest part of the size's proportions out of the middle, and stretches it.</summary>
    internal Tensor Crop(Tensor images)
    {
        var (high, wide) = (images.shape[2], images.shape[3]);
        var (cropHeight, cropWidth) = Middle(high, wide);
        return Stretch(images.narrow(2, (high - cropHeight) / 2, cropHeight).narrow(3, (wide - cropWidth) / 2, cropWidth));
    }

    /// <summary>Adds to two sides of images until they have the size's proportions, and stretches them.</summary>
    internal Tensor Pad(Tensor images, double value)
    {
        var (rows, columns) = Missing(images.shape[2], images.shape[3]);
        return Stretch(Space.Pad(images, [(rows, rows), (columns, columns)], value));
    }

    /// <summary>Says <see cref="Stretch"/> in ONNX.</summary>
    internal string WriteStretch(OnnxGraph onnx, string images, Shape shape) =>
        _resampler.WriteOnnx(onnx, _resampler.WriteOnnx(onnx, images, shape, 2, height), shape, 3, width);

    /// <summary>Says <see cref="Crop"/> in ONNX.</summary>
    internal string WriteCrop(OnnxGraph onnx, string images, Shape shape)
    {
        var (high, wide) = NeedSize(onnx, shape);
        var (cropHeight, cropWidth) = Middle(high, wide);
        var cropped = WriteMiddle(onnx, images, shape, cropHeight, cropWidth);
        return WriteStretch(onnx, cropped, shape.With(2, cropHeight).With(3, cropWidth));
    }

    /// <summary>Says <see cref="Pad"/> in ONNX.</summary>
    internal string WritePad(OnnxGraph onnx, string images, Shape shape, double value)
    {
        var (high, wide) = NeedSize(onnx, shape);
        var (rows, columns) = Missing(high, wide);
        var padded = onnx.Add("Pad", [images, onnx.Whole(0, 0, rows, columns, 0, 0, rows, columns), onnx.Number(value)]);
        return WriteStretch(onnx, padded, shape.With(2, high + (2 * rows)).With(3, wide + (2 * columns)));
    }

    /// <summary>Says in ONNX the middle of images.</summary>
    internal static string WriteMiddle(OnnxGraph onnx, string images, Shape shape, long height, long width)
    {
        var (high, wide) = NeedSize(onnx, shape);
        var (top, left) = ((high - height) / 2, (wide - width) / 2);
        return onnx.Slice(onnx.Slice(images, 2, top, top + height), 3, left, left + width);
    }

    /// <summary>The height and the width.</summary>
    internal static (long High, long Wide) NeedSize(OnnxGraph onnx, Shape shape) =>
        shape[2] is { } high && shape[3] is { } wide ? (high, wide) : throw onnx.Refuse("the size of its images is not known");

    /// <summary>The largest part of the size's proportions.</summary>
    private (long Height, long Width) Middle(long high, long wide) =>
        (Math.Max(Math.Min(high, (long)((double)(wide * height) / width)), 1), Math.Max(Math.Min(wide, (long)((double)(high * width) / height)), 1));

    /// <summary>How many rows are missing at both sides to the size's proportions, or how many columns.</summary>
    private (long Rows, long Columns) Missing(long high, long wide)
    {
        var rows = (Math.Max(high, (long)((double)(wide * height) / width)) - high) / 2;
        return (rows, rows > 0 ? 0 : (Math.Max(wide, (long)((double)(high * width) / height)) - wide) / 2);
    }
}
