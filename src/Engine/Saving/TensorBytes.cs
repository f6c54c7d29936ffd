using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>The memory of a contiguous tensor, in parts of a size that a span can have.</summary>
internal static class TensorBytes
{
    private const long Most = 1L << 30;

    /// <summary>A part of a tensor's memory; it is read and written in place.</summary>
    internal readonly record struct Part(Tensor Values)
    {
        internal Span<byte> Span => Values.bytes;
    }

    /// <summary>The parts, one after the other; none where there are no elements. Each is good until the next is asked for.</summary>
    /// <param name="values">A contiguous tensor on the host.</param>
    /// <param name="most">The greatest number of bytes in a part.</param>
    internal static IEnumerable<Part> Of(Tensor values, long most = Most)
    {
        using var flat = values.reshape(-1);
        var length = most / values.dtype.ElementSize();
        for (long start = 0; start < flat.numel(); start += length)
        {
            using var part = flat.narrow(0, start, Math.Min(length, flat.numel() - start));
            yield return new Part(part);
        }
    }
}
