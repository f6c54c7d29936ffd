using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Operations;

/// <summary>A Fourier transform. Complex numbers are two tensors, the real parts and the imaginary ones.</summary>
[KerasModule("math")]
internal abstract record FourierOperation : Operation
{
    internal override string[] Parameters => ["x"];

    /// <summary>The two parts, which must be alike.</summary>
    private protected (Spec Real, Spec Imaginary) Parts(Given<Spec> given, int rank) => given.Tensors("x") is [var real, var imaginary] && real.Shape.Equals(imaginary.Shape)
        ? (real.NeedRank(rank), imaginary) : throw Misuse("needs a real and an imaginary tensor of one shape");

    /// <summary>The complex tensor of the two parts.</summary>
    private protected static Tensor Complex(Given<Tensor> given)
    {
        var (real, imaginary) = (given.Tensors("x")[0], given.Tensors("x")[1]);
        return complex(Real(real), Real(imaginary));
    }

    /// <summary>Both parts of complex numbers.</summary>
    private protected static IReadOnlyList<Tensor> Split(Tensor x) => [x.real.contiguous(), x.imag.contiguous()];

    /// <summary>A tensor of numbers with a fraction.</summary>
    private protected static Tensor Real(Tensor x) => x.dtype is ScalarType.Float32 or ScalarType.Float64 ? x : x.to_type(ScalarType.Float32);
}

/// <summary>A transform that keeps the shape.</summary>
/// <param name="rank">How many axes it is over.</param>
/// <param name="compute">What is computed.</param>
internal abstract record ComplexTransform([property: NotAnOption] int rank, [property: NotAnOption] Func<Tensor, Tensor> compute) : FourierOperation
{
    internal sealed override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (real, imaginary) = Parts(given, rank);
        return [new Spec(real.Shape, Broadcast.Types([real.Type], withFraction: true)), new Spec(imaginary.Shape, Broadcast.Types([imaginary.Type], withFraction: true))];
    }

    internal sealed override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => Split(compute(Complex(given)));
}

[KerasName("FFT")]
internal sealed record FFTOperation() : ComplexTransform(1, x => fft.fft_(x));

[KerasName("FFT2")]
internal sealed record FFT2Operation() : ComplexTransform(2, x => fft.fft2(x, dim: [-2, -1]));

[KerasName("IFFT2")]
internal sealed record IFFT2Operation() : ComplexTransform(2, x => fft.ifft2(x, dim: [-2, -1]));

[KerasName("RFFT")]
internal sealed record RFFTOperation : FourierOperation
{
    /// <summary>To how many numbers the last axis is cut or filled up with zeros; null is as it is.</summary>
    [AtLeast(1)]
    public int? FftLength { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedRank(1);
        var half = x.With(x.Shape.WithLast(((FftLength ?? x.Shape.Last) / 2) + 1));
        return [half, half];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => Split(fft.rfft(Real(given.Tensor("x")), n: FftLength ?? -1));
}

[KerasName("IRFFT")]
internal sealed record IRFFTOperation : FourierOperation
{
    /// <summary>How many numbers come out; null is twice as many as there are frequencies above the lowest.</summary>
    [AtLeast(1)]
    public int? FftLength { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (real, _) = Parts(given, 1);
        return [real.With(real.Shape.WithLast(FftLength ?? 2 * (real.Shape.Last - 1)))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given) => [fft.irfft(Complex(given), n: FftLength ?? -1)];
}

/// <summary>A Fourier transform of stretches of a signal, or back.</summary>
internal abstract record FramedTransform : FourierOperation
{
    /// <summary>How long the window is that a stretch is seen through.</summary>
    [AtLeast(1)]
    public required int SequenceLength { get; init; }

    /// <summary>How far the next stretch begins behind it.</summary>
    [AtLeast(1)]
    public required int SequenceStride { get; init; }

    /// <summary>How long the transform is; the window stands in its middle.</summary>
    [AtLeast(1)]
    public required int FftLength { get; init; }

    /// <summary>The window's form; null is one without any.</summary>
    public StftWindow? Window { get; init; } = StftWindow.Hann;

    /// <summary>Whether the first stretch has the signal's beginning in its middle.</summary>
    public bool Center { get; init; } = true;

    /// <summary>How much the signal is longer at each side.</summary>
    private protected int Margin => Center ? FftLength / 2 : 0;

    /// <summary>The window, as long as the transform.</summary>
    private protected Tensor Weights(ScalarType type)
    {
        if (SequenceLength > FftLength)
        {
            throw Misuse("has a window that is longer than its transform");
        }

        if (Window is not { } named)
        {
            return ones(FftLength, type);
        }

        var before = (FftLength - SequenceLength) / 2;
        return nn.functional.pad(tensor(StftWindows.Make(named, SequenceLength, periodic: true)), [before, FftLength - SequenceLength - before]).to_type(type);
    }
}

[KerasName("STFT")]
internal sealed record STFTOperation : FramedTransform
{
    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var x = given.Tensor("x").NeedRank(1);
        var frames = ((x.Shape.Last + (2 * Margin) - FftLength) / SequenceStride) + 1;
        var part = x.With(new Shape([.. x.Shape.Take(x.Rank - 1), frames, (FftLength / 2) + 1]));
        return [part, part];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = Real(given.Tensor("x"));
        var rows = x.reshape(-1, 1, x.shape[^1]);
        rows = Margin == 0 ? rows : nn.functional.pad(rows, [Margin, Margin], PaddingModes.Reflect);
        var frames = rows.reshape([.. x.shape[..^1], rows.shape[^1]]).unfold(-1, FftLength, SequenceStride); // […, frames, time]
        return Split(fft.rfft(frames * Weights(x.dtype)));
    }
}

[KerasName("ISTFT")]
internal sealed record ISTFTOperation : FramedTransform
{
    /// <summary>How long the signal is; null is as long as its stretches make it.</summary>
    [AtLeast(1)]
    public int? Length { get; init; }

    internal override IReadOnlyList<Spec> Infer(Given<Spec> given)
    {
        var (real, _) = Parts(given, 2);
        var whole = ((real.Shape[-2] - 1) * SequenceStride) + FftLength - (2 * Margin);
        return [real.With(new Shape([.. real.Shape.Take(real.Rank - 2), Length ?? whole]))];
    }

    internal override IReadOnlyList<Tensor> Compute(Given<Tensor> given)
    {
        var x = Complex(given);
        var frames = fft.irfft(x, n: FftLength); // […, frames, time]
        var window = Weights(frames.dtype);
        var count = frames.shape[^2];
        var whole = ((count - 1) * SequenceStride) + FftLength;
        var sum = Laid(frames.reshape(-1, count, FftLength) * window);
        var weight = Laid(window.square().expand(1, count, FftLength));
        var signal = (sum / where(weight > 1e-10, weight, 1)).reshape([.. frames.shape[..^2], whole]);
        var length = Length ?? whole - (2 * Margin);
        return [signal.narrow(-1, Margin, Math.Min(length, whole - Margin))];

        Tensor Laid(Tensor parts) => nn.functional.fold(parts.transpose(1, 2), (1, whole), (1, FftLength), stride: (1, SequenceStride)).view(-1, whole); // one over another
    }
}
