using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Turns signals into their short-time Fourier transform: the waves that each stretch of time is made of.</summary>
/// <remarks>
/// Shape: <c>[batch, time, channels]</c> becomes <c>[batch, frames, channels · frequencies]</c>; with <c>expand_dims</c>,
/// <c>[batch, frames, frequencies, channels]</c>. There are <c>fft_length / 2 + 1</c> frequencies, and twice as many with mode <c>stft</c>.
/// Weights: <c>real_kernel</c> and <c>imag_kernel [frame_length, 1, frequencies]</c>, those that the mode needs; they start as the
/// transform's waves, and are trained unless <c>trainable: false</c>.
/// Source: Keras 3, <c>keras.layers.STFTSpectrogram</c>.
/// </remarks>
/// <example>STFTSpectrogram: { frame_length: 4, frame_step: 2 }</example>
[KerasName("STFTSpectrogram")]
public sealed record STFTSpectrogram : UnaryLayer, IChecked
{
    private const double Least = 1e-7; // Keras's epsilon

    /// <summary>What comes out.</summary>
    public StftMode Mode { get; init; } = StftMode.Log;

    /// <summary>How many values a frame has.</summary>
    [AtLeast(2)]
    public int FrameLength { get; init; } = 256;

    /// <summary>How far it is from one frame to the next; null is half a frame.</summary>
    [AtLeast(1)]
    public int? FrameStep { get; init; }

    /// <summary>How many values a transform has; null is the least power of 2 that holds a frame.</summary>
    [AtLeast(2)]
    public int? FftLength { get; init; }

    /// <summary>The window that fades each frame out at its ends; null is none.</summary>
    public StftWindow? Window { get; init; } = StftWindow.Hann;

    /// <summary>Whether the window goes on where it ends, so that its last value is not its first.</summary>
    public bool Periodic { get; init; }

    /// <summary>What the window is divided by; null is nothing.</summary>
    public StftScaling? Scaling { get; init; } = StftScaling.Density;

    /// <summary>What a frame sees at the borders.</summary>
    public Padding Padding { get; init; } = Padding.Valid;

    /// <summary>Whether frequencies have an axis of their own.</summary>
    public bool ExpandDims { get; init; }

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    private int Frequencies => ((FftLength ?? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)FrameLength)) / 2) + 1;

    private Window Frames => Layers.Window.Dense([FrameLength], [FrameStep ?? (FrameLength / 2)], Padding);

    private bool First => DataFormat is Channels.First;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (FrameStep > FrameLength)
        {
            yield return new OptionMistake("frame_step", $"frame_step is {FrameStep}, and frame_length {FrameLength}.", "a step that is not longer than a frame");
        }

        if (FftLength < FrameLength)
        {
            yield return new OptionMistake("fft_length", $"fft_length is {FftLength}, and frame_length {FrameLength}.", "a transform that is not shorter than a frame");
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        if (!input.Type.IsFloat())
        {
            throw new ShapeException($"takes numbers with a fraction, but its input is {DataTypes.NameOf(input.Type)}");
        }

        var channels = input.NeedExactRank(3).NeedAxis(First ? 1 : 2, "how many channels there are");
        var frames = Frames.Over(input, DataFormat, channels)[First ? 2 : 1];
        var frequencies = Mode == StftMode.Stft ? 2 * Frequencies : Frequencies;
        return new Spec((First, ExpandDims) switch
        {
            (false, false) => new Shape(input.Shape[0], frames, channels * frequencies),
            (false, true) => new Shape(input.Shape[0], frames, frequencies, channels),
            (true, false) => new Shape(input.Shape[0], channels * frequencies, frames),
            (true, true) => new Shape(input.Shape[0], channels, frames, frequencies),
        });
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(this, context);

    private sealed class Module : UnaryModule
    {
        private readonly STFTSpectrogram _layer;
        private readonly Weight? _real;
        private readonly Weight? _imaginary;

        internal Module(STFTSpectrogram layer, BuildContext context)
        {
            _layer = layer;
            long[] shape = [layer.FrameLength, 1, layer.Frequencies];
            var waves = new STFT { Window = layer.Window, Scaling = layer.Scaling, Periodic = layer.Periodic };
            _real = layer.Mode == StftMode.Imag ? null : Own(context.Weight("real_kernel", shape, waves));
            _imaginary = layer.Mode == StftMode.Real ? null : Own(context.Weight("imag_kernel", shape, waves with { Side = StftSide.Imag }));
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var (signals, channels) = (_layer.First ? onnx.Float(x) : onnx.Turn(onnx.Float(x), 0, 2, 1), x.Spec.Shape[_layer.First ? 1 : 2]!.Value);
            var window = OnnxSpace.Attributes(_layer.Frames, x.Spec, _layer.DataFormat);
            var (real, imaginary) = (Waves(_real), Waves(_imaginary)); // [batch, channels, frequencies, frames]
            return _layer.Mode switch
            {
                StftMode.Real => Placed(real!, _layer.Frequencies),
                StftMode.Imag => Placed(imaginary!, _layer.Frequencies),
                StftMode.Angle => Placed(Angle(), _layer.Frequencies),
                StftMode.Stft => Placed(onnx.Add("Concat", [real!, imaginary!], ("axis", 2L)), 2 * _layer.Frequencies),
                StftMode.Psd => Placed(onnx.Times(Power(), onnx.Fixed("sides", Density(ones(1, 1, _layer.Frequencies, 1)))), _layer.Frequencies),
                StftMode.Magnitude => Placed(Magnitude(), _layer.Frequencies),
                _ => Placed(onnx.Add("Log", [AtLeast(Magnitude())]), _layer.Frequencies),
            };

            string? Waves(Weight? kernel) => kernel is null ? null : onnx.Reshape(
                onnx.Add("Conv", [signals, onnx.Constant(kernel.Path, kernel.Value.permute(2, 1, 0).repeat(channels, 1, 1))], [("group", channels), .. window]),
                0, channels, _layer.Frequencies, -1);

            string Power() => onnx.Plus(onnx.Times(real!, real!), onnx.Times(imaginary!, imaginary!));

            string AtLeast(string y) => onnx.Add("Max", [y, onnx.Number(Least)]);

            string Magnitude() => onnx.Add("Sqrt", [AtLeast(Power())]);

            string Angle() // ONNX knows the angle of a quotient only
            {
                var (left, below) = (onnx.Add("Less", [real!, onnx.Number(0)]), onnx.Add("Less", [imaginary!, onnx.Number(0)]));
                var half = onnx.Add("Where", [below, onnx.Number(-Math.PI), onnx.Number(Math.PI)]);
                var angle = onnx.Add("Atan", [onnx.Add("Div", [imaginary!, real!])]);
                var turned = onnx.Add("Where", [left, onnx.Plus(angle, half), angle]);
                var none = onnx.Add("And", [onnx.Add("Equal", [real!, onnx.Number(0)]), onnx.Add("Equal", [imaginary!, onnx.Number(0)])]);
                return onnx.Add("Where", [none, onnx.Number(0), turned]);
            }

            string Placed(string waves, long frequencies) => (_layer.First, _layer.ExpandDims) switch
            {
                (false, true) => onnx.Turn(waves, 0, 3, 2, 1),
                (false, false) => onnx.Turn(onnx.Reshape(waves, 0, channels * frequencies, -1), 0, 2, 1),
                (true, true) => onnx.Turn(waves, 0, 1, 3, 2),
                (true, false) => onnx.Reshape(waves, 0, channels * frequencies, -1),
            };
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var signals = call.Cast(_layer.First ? x : x.transpose(1, 2)); // [batch, channels, time]
            var channels = signals.shape[1];
            signals = signals.reshape(-1, 1, signals.shape[2]);
            var (before, after) = _layer.Frames.PaddingOf(signals.shape[2], 0);
            signals = before + after > 0 ? nn.functional.pad(signals, [before, after]) : signals;
            var (real, imaginary) = (Waves(signals, _real, channels, call), Waves(signals, _imaginary, channels, call));
            return _layer.Mode switch
            {
                StftMode.Real => Placed(real!),
                StftMode.Imag => Placed(imaginary!),
                StftMode.Angle => Placed(imaginary!.atan2(real!)),
                StftMode.Stft => Placed(cat([real!, imaginary!], 2)),
                StftMode.Psd => Placed(Density(Power(real!, imaginary!))),
                StftMode.Magnitude => Placed(Power(real!, imaginary!).clamp_min(Least).sqrt()),
                _ => Placed(Power(real!, imaginary!).clamp_min(Least).sqrt()).clamp_min(Least).log(),
            };
        }

        private static Tensor Power(Tensor real, Tensor imaginary) => real.square() + imaginary.square();

        /// <summary>Frequencies between the lowest and the highest stand for their negative ones too.</summary>
        private static Tensor Density(Tensor power) => power + nn.functional.pad(power.narrow(2, 1, power.shape[2] - 2), [0, 0, 1, 1]);

        private Tensor? Waves(Tensor signals, Weight? kernel, long channels, Call call)
        {
            if (kernel is null)
            {
                return null;
            }

            var waves = nn.functional.conv1d(signals, call.Cast(kernel.Value).permute(2, 1, 0), stride: _layer.Frames.Strides[0]); // [batch · channels, frequencies, frames]
            return waves.reshape(-1, channels, waves.shape[1], waves.shape[2]);
        }

        private Tensor Placed(Tensor waves) => (_layer.First, _layer.ExpandDims) switch // [batch, channels, frequencies, frames]
        {
            (false, true) => waves.permute(0, 3, 2, 1),
            (false, false) => waves.flatten(1, 2).transpose(1, 2),
            (true, true) => waves.transpose(2, 3),
            (true, false) => waves.flatten(1, 2),
        };
    }
}

/// <summary>What a Fourier transform puts out.</summary>
public enum StftMode
{
    /// <summary>The logarithm of the amplitude.</summary>
    Log,

    /// <summary>The amplitude.</summary>
    Magnitude,

    /// <summary>The power of each frequency and its negative one.</summary>
    Psd,

    /// <summary>The cosines' part.</summary>
    Real,

    /// <summary>The sines' part.</summary>
    Imag,

    /// <summary>The angle between the two parts.</summary>
    Angle,

    /// <summary>The two parts, one after the other.</summary>
    Stft,
}
