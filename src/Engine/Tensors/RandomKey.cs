using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>
/// The start of an endless row of random numbers that depends on nothing but the key: the same on any machine, at any number
/// of threads, after any interruption. Keys are derived from keys, so that (seed, step, node) is a key.
/// </summary>
/// <remarks>
/// Number <c>i</c> of a key is the finalizer of SplitMix64 applied to <c>key + (i + 1)·γ</c>, so the numbers can be made in any
/// order and several at once. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
/// </remarks>
/// <param name="Value">The key itself.</param>
public readonly record struct RandomKey(ulong Value)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private const int Block = 256;
    private const float Grain = 1f / (1 << 24);

    /// <summary>The number at an index, all 64 bits random.</summary>
    public ulong this[long index] => Mix(Value + (((ulong)index + 1) * Gamma));

    /// <summary>The key of a part of this key's matter, such as a step or an example.</summary>
    public RandomKey Derive(long part) => new(Mix(Mix(Value ^ 0xD1B54A32D192ED03) + ((ulong)part * Gamma)));

    /// <summary>The key of a named part, such as a weight by its path.</summary>
    public RandomKey Derive(string name)
    {
        var hash = 0xCBF29CE484222325ul; // FNV-1a, then mixed
        foreach (var letter in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        return Derive((long)hash);
    }

    /// <summary>A number from 0 up to 1, 53 bits of it random.</summary>
    public double Uniform(long index) => (this[index] >> 11) * (1.0 / (1ul << 53));

    /// <summary>Fills a span with random bits: the numbers from an index on.</summary>
    public void Fill(Span<ulong> numbers, long first = 0)
    {
        var start = Value + ((ulong)first * Gamma);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var width = Vector<ulong>.Count;
            var state = new Vector<ulong>(start + Gamma) + (Vector<ulong>.Indices * Gamma);
            var stride = new Vector<ulong>(Gamma * (ulong)width);
            var wide = MemoryMarshal.Cast<ulong, Vector<ulong>>(numbers);
            for (; i < wide.Length; i++)
            {
                var mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EB;
                wide[i] = mixed ^ (mixed >>> 31);
                state += stride;
            }

            i *= width;
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] = this[first + i];
        }
    }

    /// <summary>Fills a span with numbers from 0 up to 1, 24 bits of each random: those from an index on.</summary>
    public void FillUniform(Span<float> numbers, long from = 0)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (this[from + i] >> 40) * Grain;
        }
    }

    /// <summary>Fills a span with numbers of the standard normal distribution: those from an index on.</summary>
    /// <remarks>
    /// Source: Box and Muller (1958). Numbers go in blocks of 256 pairs: each random number gives a radius (from bits
    /// 8 to 31) and an angle (from bits 40 to 63), and the block holds the cosines of all pairs, then the sines.
    /// </remarks>
    public void FillNormal(Span<float> numbers, long from = 0)
    {
        Span<ulong> bits = stackalloc ulong[Block];
        Span<float> pairs = stackalloc float[2 * Block];
        var width = Vector<float>.Count;
        var (first, skipped) = (from / pairs.Length * Block, (int)(from % pairs.Length));
        for (var start = 0; start < numbers.Length; first += Block)
        {
            Fill(bits, first);
            for (var i = 0; i < Block; i += width)
            {
                var (low, high) = (new Vector<ulong>(bits[i..]), new Vector<ulong>(bits[(i + (width / 2))..]));
                var size = Unit(Vector.Narrow(low, high)) + new Vector<float>(Grain); // from above 0 to 1
                var (sine, cosine) = Vector.SinCos(Unit(Vector.Narrow(low >>> 32, high >>> 32)) * (2 * MathF.PI));
                var radius = Vector.SquareRoot(Vector.Log(size) * -2f);
                (radius * cosine).CopyTo(pairs[i..]);
                (radius * sine).CopyTo(pairs[(Block + i)..]);
            }

            var length = Math.Min(pairs.Length - skipped, numbers.Length - start);
            pairs.Slice(skipped, length).CopyTo(numbers[start..]);
            (start, skipped) = (start + length, 0);
        }
    }

    /// <summary>The numbers from 0 to <paramref name="count"/> − 1 in random order (Fisher and Yates).</summary>
    public long[] Permutation(long count)
    {
        var order = new long[count];
        for (long i = 0; i < count; i++)
        {
            var j = (long)Math.BigMul(this[i], (ulong)i + 1, out _); // from 0 to i
            (order[i], order[j]) = (order[j], i);
        }

        return order;
    }

    /// <summary>Numbers from 0 up to 1, from the upper 24 of 32 bits.</summary>
    private static Vector<float> Unit(Vector<uint> bits) => Vector.ConvertToSingle(Vector.AsVectorInt32(bits >>> 8)) * Grain;

    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
