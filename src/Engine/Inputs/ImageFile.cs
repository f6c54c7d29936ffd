using SkiaSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>Reads pictures: PNG, JPEG, BMP and GIF, of an animation the first.</summary>
public static class ImageFile
{
    /// <summary>The endings of the files that are read, as Keras has them.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".bmp", ".gif", ".jpeg", ".jpg", ".png"];

    private const long MaxPixels = 1 << 28;

    /// <summary>Reads a picture: uint8, <c>[height, width, channels]</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 is gray, 3 red, green and blue, 4 these and how opaque a pixel is.</param>
    /// <exception cref="DataException">It is no picture, or a damaged one.</exception>
    public static Tensor Read(string path, int channels)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var codec = SKCodec.Create(file) ?? throw Damaged(path);
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > MaxPixels)
            {
                throw new DataException($"{path} says that it is {width} pixels wide and {height} high, which is too large.");
            }

            var pixels = new byte[width * height * 4];
            unsafe
            {
                fixed (byte* first = pixels)
                {
                    var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
                    if (codec.GetPixels(info, (nint)first) != SKCodecResult.Success)
                    {
                        throw Damaged(path);
                    }
                }
            }

            return tensor(Picked(pixels, channels), [height, width, channels]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private static byte[] Picked(byte[] pixels, int channels)
    {
        if (channels == 4)
        {
            return pixels;
        }

        var picked = new byte[pixels.Length / 4 * channels];
        for (int from = 0, to = 0; from < pixels.Length; from += 4, to += channels)
        {
            if (channels == 1)
            {
                picked[to] = (byte)(((pixels[from] * 19595) + (pixels[from + 1] * 38470) + (pixels[from + 2] * 7471) + 0x8000) >> 16); // ITU-R 601
            }
            else
            {
                pixels.AsSpan(from, 3).CopyTo(picked.AsSpan(to));
            }
        }

        return picked;
    }

    private static DataException Damaged(string path) => new($"{path} is no picture that can be read: it is damaged, or not of the kind its name says.");
}
