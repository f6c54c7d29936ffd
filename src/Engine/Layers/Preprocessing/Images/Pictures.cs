using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>What several layers do with images: <c>[batch, channels, height, width]</c>, float32.</summary>
internal static class Pictures
{
    private static readonly Bounds Bytes = new(0, 255);
    private static readonly float[] GrayShares = [0.2989f, 0.5870f, 0.1140f]; // of red, green and blue

    /// <summary>On the way from some images to others: 0 is the first, 1 the second; beyond is beyond.</summary>
    internal static Tensor Blend(Tensor from, Tensor to, Tensor weight) => from + (weight * (to - from));

    /// <summary>Values of one range, stretched to another.</summary>
    internal static Tensor Stretch(Tensor images, Bounds from, Bounds to) =>
        from == to ? images : (images - from.Low).div(from.High - from.Low).mul(to.High - to.Low).add(to.Low);

    /// <summary>Values of a range, from 0 to 255.</summary>
    internal static Tensor ToBytes(Tensor images, Bounds range) => Stretch(images, range, Bytes);

    /// <summary>Values from 0 to 255, in a range.</summary>
    internal static Tensor FromBytes(Tensor images, Bounds range) => Stretch(images, Bytes, range);

    /// <summary>Says <see cref="ToBytes"/> in ONNX.</summary>
    internal static string WriteBytes(OnnxGraph onnx, string images, Bounds range) => WriteStretch(onnx, images, range, Bytes);

    /// <summary>Says <see cref="FromBytes"/> in ONNX.</summary>
    internal static string WriteFromBytes(OnnxGraph onnx, string images, Bounds range) => WriteStretch(onnx, images, Bytes, range);

    private static string WriteStretch(OnnxGraph onnx, string images, Bounds from, Bounds to) => from == to ? images
        : onnx.Plus(onnx.Times(onnx.Add("Div", [onnx.Plus(images, -from.Low), onnx.Number(from.High - from.Low)]), to.High - to.Low), to.Low);

    /// <summary>Values that leave a range, brought back to its ends.</summary>
    internal static Tensor Clip(Tensor images, Bounds range) => images.clamp(range.Low, range.High);

    /// <summary>The gray of colors: one channel. Images of one channel are gray already.</summary>
    internal static Tensor Gray(Tensor images) => images.shape[1] == 1 ? images
        : (images * tensor(GrayShares, [1, 3, 1, 1])).sum(1, keepdim: true);

    /// <summary>Mixes each pixel with its neighbors, channel by channel; beyond the borders is 0.</summary>
    /// <param name="images">The images.</param>
    /// <param name="kernel">What each neighbor weighs: <c>[height, width]</c>, both odd.</param>
    internal static Tensor Mix(Tensor images, Tensor kernel)
    {
        var (channels, high, wide) = (images.shape[1], kernel.shape[0], kernel.shape[1]);
        return nn.functional.conv2d(
            images, kernel.expand(channels, 1, high, wide), padding: [high / 2, wide / 2], groups: channels);
    }

    /// <summary>Blurs images by the normal distribution.</summary>
    internal static Tensor Blur(Tensor images, (int Height, int Width) size, (double Height, double Width) sigma) =>
        Mix(images, tensor(Bell(size.Height, sigma.Height), [size.Height, 1]) * tensor(Bell(size.Width, sigma.Width), [1, size.Width]));

    private static float[] Bell(int size, double sigma)
    {
        var weights = new double[size];
        for (var i = 0; i < size; i++)
        {
            weights[i] = Math.Exp(-0.5 * Math.Pow((i - ((size - 1) / 2.0)) / sigma, 2));
        }

        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => (float)(weight / sum));
    }
}
