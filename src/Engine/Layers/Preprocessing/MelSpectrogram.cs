using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Turns sound into its mel spectrogram: how strong each band of frequencies is, over time, the bands as wide as ears hear them.</summary>
/// <remarks>
/// Shape: <c>[batch, samples]</c> becomes <c>[batch, num_mel_bins, frames]</c>.
/// Frequencies are in hertz; with <c>power_to_db</c> the values are decibels, cut <c>top_db</c> below the greatest of the batch.
/// Errors: a frame must not be longer than the transform, and half a transform must be shorter than the sound.
/// Source: Keras 3, <c>keras.layers.MelSpectrogram</c>; the scale is that of the Hidden Markov Model Toolkit.
/// </remarks>
/// <example>MelSpectrogram: { fft_length: 8, sequence_stride: 2, sampling_rate: 800, num_mel_bins: 3, input_shape: [40] }</example>
[KerasName("MelSpectrogram")]
public sealed record MelSpectrogram : UnaryLayer, IChecked
{
    /// <summary>How many samples a transform is made of.</summary>
    [AtLeast(1)]
    public int FftLength { get; init; } = 2048;

    /// <summary>How many samples there are from one frame to the next.</summary>
    [AtLeast(1)]
    public int SequenceStride { get; init; } = 512;

    /// <summary>How many samples the window sees; null is as many as a transform.</summary>
    [AtLeast(1)]
    public int? SequenceLength { get; init; }

    /// <summary>The window that fades each frame out at its ends; null is none.</summary>
    public StftWindow? Window { get; init; } = StftWindow.Hann;

    /// <summary>How many samples a second has.</summary>
    [AtLeast(1)]
    public int SamplingRate { get; init; } = 16000;

    /// <summary>How many bands there are.</summary>
    [AtLeast(1)]
    public int NumMelBins { get; init; } = 128;

    /// <summary>Where the lowest band begins, in hertz.</summary>
    [AtLeast(0)]
    public double MinFreq { get; init; } = 20;

    /// <summary>Where the highest band ends, in hertz; null is half the sampling rate.</summary>
    [Above(0)]
    public double? MaxFreq { get; init; }

    /// <summary>Whether the values are decibels.</summary>
    public bool PowerToDb { get; init; } = true;

    /// <summary>How many decibels below the greatest a value may be; the others are raised to that.</summary>
    [AtLeast(0)]
    public double TopDb { get; init; } = 80;

    /// <summary>The power of the amplitude that is summed up.</summary>
    public double MagExp { get; init; } = 2;

    /// <summary>The least power; the others are raised to it before they become decibels.</summary>
    [Above(0)]
    public double MinPower { get; init; } = 1e-10;

    /// <summary>The power of 0 decibels.</summary>
    public double RefPower { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (SequenceLength > FftLength)
        {
            yield return new OptionMistake("sequence_length", $"sequence_length is {SequenceLength}, and fft_length {FftLength}.", "a frame that is not longer than the transform");
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var samples = input.NeedExactRank(2).Shape[1];
        return samples <= FftLength / 2
            ? throw new ShapeException($"needs more than {FftLength / 2} samples, but its input is {input}")
            : new Spec(new Shape(input.Shape[0], NumMelBins, 1 + ((samples - (FftLength % 2)) / SequenceStride)));
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule((x, call) =>
    {
        var frame = SequenceLength ?? FftLength;
        var window = Window is { } named
            ? tensor(StftWindows.Make(named, frame, periodic: true).Select(value => (float)value).ToArray())
            : ones(frame);
        using var wave = stft(x.to_type(ScalarType.Float32), FftLength, SequenceStride, frame, window, true, PaddingModes.Reflect, false, true, true);
        var power = wave.abs().pow(MagExp).transpose(1, 2); // [batch, frames, frequencies]
        var bands = power.matmul(tensor(Bands(), [(FftLength / 2) + 1, NumMelBins]));
        return call.Cast((PowerToDb ? Decibels(bands) : bands).transpose(1, 2));
    }, WriteOnnx);

    /// <summary>The transform as a convolution with its waves.</summary>
    private string WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        var (frequencies, half) = ((FftLength / 2) + 1, FftLength / 2);
        var padded = onnx.Unsqueeze(onnx.Add("Pad", [onnx.Float(x), onnx.Whole(0, half, 0, half)], ("mode", "reflect")), 1); // [batch, 1, samples]
        var (real, imaginary) = (Waves("real", Math.Cos), Waves("imaginary", Math.Sin)); // [batch, frequencies, frames]
        var square = onnx.Plus(onnx.Times(real, real), onnx.Times(imaginary, imaginary));
        var power = MagExp == 2 ? square : onnx.Add("Pow", [square, onnx.Number(MagExp / 2)]);
        var bands = onnx.Add("MatMul", [onnx.Fixed("bands", tensor(Bands(), [frequencies, NumMelBins]).t()), power]); // [batch, bands, frames]
        if (!PowerToDb)
        {
            return bands;
        }

        var decibels = onnx.Plus(onnx.Times(onnx.Add("Log", [onnx.Add("Max", [bands, onnx.Number(MinPower)])]), 10 / Math.Log(10)), -Reference);
        return onnx.Add("Max", [decibels, onnx.Plus(onnx.Add("ReduceMax", [decibels], ("keepdims", 0L)), -TopDb)]);

        string Waves(string name, Func<double, double> wave)
        {
            var frame = SequenceLength ?? FftLength;
            var (window, start) = (Window is { } named ? StftWindows.Make(named, frame, periodic: true) : Enumerable.Repeat(1.0, frame), (FftLength - frame) / 2);
            var kernel = new float[frequencies * FftLength];
            foreach (var (i, weight) in window.Index())
            {
                for (var frequency = 0L; frequency < frequencies; frequency++)
                {
                    kernel[(frequency * FftLength) + start + i] = (float)(weight * wave(2 * Math.PI * (frequency * (start + i) % FftLength) / FftLength));
                }
            }

            return onnx.Add("Conv", [padded, onnx.Fixed(name, tensor(kernel, [frequencies, 1, FftLength]))], ("strides", (long[])[SequenceStride]));
        }
    }

    /// <summary>The decibels of <see cref="RefPower"/>.</summary>
    private double Reference => 10 * Math.Log10(Math.Max(Math.Abs(RefPower), MinPower));

    private Tensor Decibels(Tensor power)
    {
        var decibels = (power.clamp_min(MinPower).log10() * 10) - Reference;
        return decibels.maximum(decibels.max() - TopDb);
    }

    /// <summary>How much each frequency counts in each band: a triangle on the mel scale. The lowest frequency, 0, counts nowhere.</summary>
    private float[] Bands()
    {
        var frequencies = (FftLength / 2) + 1;
        var (low, high) = (Mel(MinFreq), Mel(MaxFreq ?? (SamplingRate / 2)));
        var edges = Enumerable.Range(0, NumMelBins + 2).Select(i => low + ((high - low) * i / (NumMelBins + 1))).ToArray();
        var bands = new float[frequencies * NumMelBins];
        for (var frequency = 1; frequency < frequencies; frequency++)
        {
            var mel = Mel(SamplingRate / 2.0 * frequency / (frequencies - 1));
            for (var band = 0; band < NumMelBins; band++)
            {
                var (rise, fall) = ((mel - edges[band]) / (edges[band + 1] - edges[band]), (edges[band + 2] - mel) / (edges[band + 2] - edges[band + 1]));
                bands[(frequency * NumMelBins) + band] = (float)Math.Max(0, Math.Min(rise, fall));
            }
        }

        return bands;
    }

    private static double Mel(double hertz) => 1127 * Math.Log(1 + (hertz / 700));
}
