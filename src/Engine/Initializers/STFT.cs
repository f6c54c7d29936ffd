using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>The waves of a short-time Fourier transform, as a Conv1D kernel <c>[frame length, 1, fft length / 2 + 1]</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.STFT</c>.</remarks>
[KerasName("STFT", "stft", "STFTInitializer")]
public sealed record STFT : Initializer
{
    /// <summary>Whether the cosines or the sines are made.</summary>
    public StftSide Side { get; init; } = StftSide.Real;

    /// <summary>The window that fades each frame out at its ends; null is none.</summary>
    public StftWindow? Window { get; init; } = StftWindow.Hann;

    /// <summary>What a window is divided by; null is nothing.</summary>
    public StftScaling? Scaling { get; init; } = StftScaling.Density;

    /// <summary>Whether the window goes on where it ends, so that its last value is not its first.</summary>
    public bool Periodic { get; init; }

    /// <inheritdoc/>
    public override Tensor Make(long[] shape, RandomKey key)
    {
        if (shape is not [var length, 1, var bins] || bins < 2)
        {
            throw new ShapeException($"can start with STFT only a weight [frame length, 1, at least 2], but its shape is [{string.Join(", ", shape)}]");
        }

        var window = Window is { } named ? StftWindows.Make(named, (int)length, Periodic) : [.. Enumerable.Repeat(1.0, (int)length)];
        var scale = Window is null ? 1 : Scaling switch
        {
            StftScaling.Density => Math.Sqrt(window.Sum(value => value * value)),
            StftScaling.Spectrum => window.Sum(Math.Abs),
            _ => 1,
        };
        var kernel = empty(shape);
        var values = MemoryMarshal.Cast<byte, float>(kernel.bytes);
        for (var time = 0; time < length; time++)
        {
            for (var bin = 0; bin < bins; bin++)
            {
                var (sine, cosine) = Math.SinCos(-Math.PI * time * bin / (bins - 1));
                values[(int)((time * bins) + bin)] = (float)((Side == StftSide.Real ? cosine : sine) * window[time] / scale);
            }
        }

        return kernel;
    }
}

/// <summary>Which part of a Fourier transform.</summary>
public enum StftSide
{
    /// <summary>The cosines.</summary>
    Real,

    /// <summary>The sines.</summary>
    Imag,
}

/// <summary>What a window is divided by.</summary>
public enum StftScaling
{
    /// <summary>The square root of the sum of its squares.</summary>
    Density,

    /// <summary>The sum of its values.</summary>
    Spectrum,
}
