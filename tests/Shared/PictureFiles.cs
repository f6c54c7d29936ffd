using SkiaSharp;

namespace ExperimentRunner.Tests;

/// <summary>Pictures in all the formats that are read, each of one red pixel.</summary>
internal static class PictureFiles
{
    /// <summary>The file's bytes, by its ending.</summary>
    internal static byte[] RedPixel(string ending) => ending switch
    {
        ".png" => Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"),
        ".bmp" => Convert.FromBase64String("Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAATCwAAEwsAAAAAAAAAAAAAAAD/AA=="),
        ".gif" => Convert.FromBase64String("R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs="),
        _ => Jpeg(),
    };

    private static byte[] Jpeg()
    {
        using var pixel = new SKBitmap(1, 1);
        pixel.SetPixel(0, 0, SKColors.Red);
        using var file = pixel.Encode(SKEncodedImageFormat.Jpeg, quality: 100);
        return file.ToArray();
    }
}
