using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>Colors by hue, saturation and value, each along the axis of channels. Source: Keras 3, <c>keras.ops.image.rgb_to_hsv</c> and <c>hsv_to_rgb</c>.</summary>
internal static class Hsv
{
    private const float Least = 1.1920929e-7f; // what float32 tells apart at 1

    /// <summary>The hue, saturation and value of red, green and blue; saturation and hue are fractions.</summary>
    internal static (Tensor Hue, Tensor Saturation, Tensor Value) From(Tensor images)
    {
        var zero = zeros(1);
        images = where(images.abs() < Least, zero, images);
        var (red, green, blue) = (images.narrow(1, 0, 1), images.narrow(1, 1, 1), images.narrow(1, 2, 1));
        var value = images.amax([1], keepdim: true);
        var range = value - images.amin([1], keepdim: true);
        var (colored, lit) = (range > 0, value > 0);
        var saturation = where(lit, range / where(lit, value, ones(1)), zero);
        var scale = 1 / (6 * where(colored, range, ones(1)));
        var hue = where(value == green, (scale * (blue - red)) + (2.0 / 6), (scale * (red - green)) + (4.0 / 6));
        hue = where(value == red, scale * (green - blue), hue);
        hue = where(colored, hue, zero) + (hue < 0).to_type(hue.dtype);
        return (hue, saturation, value);
    }

    /// <summary>Red, green and blue.</summary>
    internal static Tensor ToRgb(Tensor hue, Tensor saturation, Tensor value)
    {
        var sixths = hue.remainder(1.0) * 6;
        var red = ((sixths - 3).abs() - 1).clamp(0, 1);
        var green = (2 - (sixths - 2).abs()).clamp(0, 1);
        var blue = (2 - (sixths - 4).abs()).clamp(0, 1);
        return value * (1 - saturation + (saturation * cat([red, green, blue], 1)));
    }
}
