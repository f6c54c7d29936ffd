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
        var cropHeight = Math.Max(Math.Min(high, (long)((double)(wide * height) / width)), 1);
        var cropWidth = Math.Max(Math.Min(wide, (long)((double)(high * width) / height)), 1);
        return Stretch(images.narrow(2, (high - cropHeight) / 2, cropHeight).narrow(3, (wide - cropWidth) / 2, cropWidth));
    }

    /// <summary>Adds to two sides of images until they have the size's proportions, and stretches them.</summary>
    internal Tensor Pad(Tensor images, double value)
    {
        var (high, wide) = (images.shape[2], images.shape[3]);
        var rows = (Math.Max(high, (long)((double)(wide * height) / width)) - high) / 2;
        var columns = rows > 0 ? 0 : (Math.Max(wide, (long)((double)(high * width) / height)) - wide) / 2;
        return Stretch(Space.Pad(images, [(rows, rows), (columns, columns)], value));
    }
}
