using System.Numerics;
using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>Says what a dropout keeps. The one place that makes masks of dropout.</summary>
/// <remarks>
/// Element <c>i</c> is kept where 16 bits of the key's numbers, part <c>i mod 4</c> of number <c>i / 4</c>, are at least
/// <c>rate · 65536</c>. So a mask depends on nothing but key, rate and number of elements.
/// </remarks>
internal static class DropoutMask
{
    private const int Chunk = 1024; // numbers made at a time: they stay in the nearest cache

    /// <summary>Sets a random part to 0 and multiplies the rest by <c>1 / (1 − rate)</c>.</summary>
    /// <param name="x">Any tensor of floating-point numbers.</param>
    /// <param name="rate">The part that is dropped, a fraction.</param>
    /// <param name="key">Where the random numbers come from.</param>
    /// <param name="shape">The mask's shape, which is stretched over the tensor; null is the tensor's own.</param>
    internal static Tensor Drop(Tensor x, double rate, RandomKey key, long[]? shape = null) =>
        rate >= 1 ? zeros_like(x) : x.mul(Make(shape ?? x.shape, rate, key, x.dtype, 1 / (1 - rate)));

    /// <summary>A tensor with 0 where something is dropped.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="rate">The part that is dropped, a fraction.</param>
    /// <param name="key">Where the random numbers come from.</param>
    /// <param name="type">Its type.</param>
    /// <param name="kept">The value elsewhere.</param>
    internal static Tensor Make(long[] shape, double rate, RandomKey key, ScalarType type, double kept)
    {
        if (type is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            return Make(shape, rate, key, ScalarType.Float32, kept).to_type(type);
        }

        var mask = empty(shape, type);
        var limit = (ushort)Math.Min(Math.Round(rate * 65536), ushort.MaxValue);
        var bits = BitConverter.SingleToInt32Bits((float)kept);
        Span<ulong> numbers = stackalloc ulong[Chunk];
        var lanes = MemoryMarshal.Cast<ulong, ushort>(numbers);
        var bytes = mask.bytes;
        var step = lanes.Length * (type == ScalarType.Float32 ? sizeof(float) : sizeof(ushort));
        for (var (start, first) = (0, 0L); start < bytes.Length; (start, first) = (start + step, first + Chunk))
        {
            key.Fill(numbers, first);
            var part = bytes[start..Math.Min(start + step, bytes.Length)];
            if (type == ScalarType.Float32)
            {
                Write(lanes, limit, bits, MemoryMarshal.Cast<byte, int>(part));
            }
            else
            {
                Write(lanes, limit, (short)((bits + 0x8000) >> 16), MemoryMarshal.Cast<byte, short>(part)); // the nearest bfloat16
            }
        }

        return mask;
    }

    /// <summary>The mask's shape for a tensor, where null stands for the tensor's own lengths.</summary>
    internal static long[]? ShapeFor(Tensor x, IReadOnlyList<long?>? noise) => noise is null ? null
        : [.. noise.Select((length, axis) => length ?? x.shape[axis])];

    /// <summary>Checks that a mask of this shape can be stretched over an input.</summary>
    /// <exception cref="ShapeException">It cannot.</exception>
    internal static void NeedFit(IReadOnlyList<long?>? noise, Spec input)
    {
        var ahead = input.Rank - (noise?.Count ?? 0);
        if (noise is not null && (ahead < 0 || noise
            .Select((length, axis) => (Length: length ?? input.Shape[axis], Whole: input.Shape[ahead + axis]))
            .Any(pair => pair.Length < 1 || (pair is { Length: > 1, Whole: not null } && pair.Length != pair.Whole))))
        {
            throw new ShapeException($"cannot stretch 'noise_shape' {new Shape(noise)} over its input {input.Shape}");
        }
    }

    /// <summary>What is wrong with the rate of a layer that cannot drop everything.</summary>
    internal static IEnumerable<OptionMistake> NeedRest(double rate) =>
        rate < 1 ? [] : [new OptionMistake("rate", "With a rate of 1 nothing is left.", "a number from 0 up to 1, but not 1")];

    private static void Write(ReadOnlySpan<ushort> lanes, ushort limit, int kept, Span<int> mask)
    {
        var (limits, bits) = (new Vector<ushort>(limit), new Vector<int>(kept));
        var i = 0;
        for (; i <= mask.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            var keep = Vector.GreaterThanOrEqual(new Vector<ushort>(lanes[i..]), limits);
            Vector.Widen(Vector.AsVectorInt16(keep), out var low, out var high);
            (low & bits).CopyTo(mask[i..]);
            (high & bits).CopyTo(mask[(i + Vector<int>.Count)..]);
        }

        for (; i < mask.Length; i++)
        {
            mask[i] = lanes[i] >= limit ? kept : 0;
        }
    }

    private static void Write(ReadOnlySpan<ushort> lanes, ushort limit, short kept, Span<short> mask)
    {
        var (limits, bits) = (new Vector<ushort>(limit), new Vector<short>(kept));
        var i = 0;
        for (; i <= mask.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            (Vector.AsVectorInt16(Vector.GreaterThanOrEqual(new Vector<ushort>(lanes[i..]), limits)) & bits).CopyTo(mask[i..]);
        }

        for (; i < mask.Length; i++)
        {
            mask[i] = lanes[i] >= limit ? kept : (short)0;
        }
    }
}
