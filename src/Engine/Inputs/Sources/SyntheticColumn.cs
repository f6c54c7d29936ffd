using System.Numerics;
using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>A made-up column: drawn (<c>shape</c>), computed from another (<c>linear_of</c>), or written in the file (<c>values</c>).</summary>
public sealed record SyntheticColumn : IChecked
{
    /// <summary>The shape of one drawn example; <c>[]</c> is a number.</summary>
    [AtLeast(1)]
    public IReadOnlyList<int> Shape { get; init; } = [];

    /// <summary>How numbers are drawn.</summary>
    public Distribution Distribution { get; init; } = Distribution.Normal;

    /// <summary>The column this one is a random linear function of; the function is the same in every split.</summary>
    public string? LinearOf { get; init; }

    /// <summary>Makes whole numbers from 0: of a linear function, the class with the highest score; else any class, each as likely.</summary>
    [AtLeast(2)]
    public int? Classes { get; init; }

    /// <summary>Standard deviation of normal noise on the linear function.</summary>
    [AtLeast(0)]
    public double Noise { get; init; }

    /// <summary>The examples themselves: a list of numbers or texts, or of lists of them.</summary>
    public WrittenValues? Values { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (Values is not null && (LinearOf is not null || Classes is not null || Shape.Count > 0 || Noise != 0))
        {
            yield return new OptionMistake("values", "A column whose values are written has nothing else to say.", "'values' alone");
        }

        if (LinearOf is not null && Shape.Count > 0)
        {
            yield return new OptionMistake("shape", "The shape of a linear function is its own: one number an example.", "no 'shape' beside 'linear_of'");
        }

        if (LinearOf is null && Noise != 0)
        {
            yield return new OptionMistake("noise", "There is no linear function to put noise on.", "no 'noise' without 'linear_of'");
        }
    }

    /// <summary>Shape and type of a batch.</summary>
    internal Spec Describe() => Values is { } written
        ? new Spec(Tensors.Shape.OfBatch(written.Shape.Skip(1).Select(length => (long?)length)), written.Text is null ? DataType.Float32 : DataType.String)
        : new Spec(
            LinearOf is null ? Tensors.Shape.OfBatch(Shape.Select(length => (long?)length)) : Classes is null ? Tensors.Shape.OfBatch(1) : Tensors.Shape.OfBatch(),
            Classes is null ? DataType.Float32 : DataType.Int64);

    /// <summary>Makes rows of the column for a split, in the caller's scope; each row is the same whatever is made beside it.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="made">The same rows of the columns before it.</param>
    /// <param name="key">Where the column's random numbers come from.</param>
    /// <param name="split">The split.</param>
    internal ArrayValues Make(long start, long count, IReadOnlyDictionary<string, ArrayValues> made, RandomKey key, string split) =>
        Values?.ToArray().Range(start, count)
        ?? new ArrayValues(LinearOf is null ? Draw([count, .. Shape.Select(length => (long)length)], key.Derive(split), start) : Compute(start, count, made[LinearOf].Numbers!, key, split));

    private Tensor Draw(long[] shape, RandomKey key, long start) => Classes is { } classes
        ? Drawn(shape, key, Distribution.Uniform, start).mul(classes).floor().to_type(ScalarType.Int64)
        : Drawn(shape, key, Distribution, start);

    private Tensor Compute(long start, long count, Tensor from, RandomKey key, string split)
    {
        var x = from.reshape(count, -1).to_type(ScalarType.Float32).contiguous();
        var (length, width) = ((int)x.shape[1], Classes ?? 1);
        var weights = Drawn([length, width], key.Derive("weights"), Distribution.Normal, 0).t().contiguous().data<float>().ToArray(); // [classes, length]
        var scores = empty(count, width);
        var values = MemoryMarshal.Cast<byte, float>(x.bytes);
        var sums = MemoryMarshal.Cast<byte, float>(scores.bytes);
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = Dot(values.Slice(i / width * length, length), weights.AsSpan(i % width * length, length));
        }

        scores = Noise == 0 ? scores : scores + Drawn(scores.shape, key.Derive(split), Distribution.Normal, start).mul(Noise);
        return Classes is null ? scores : scores.argmax(1);
    }

    /// <summary>A sum of products, always in the same order; a matrix product's order depends on how many rows it has.</summary>
    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var (sum, i) = (Vector<float>.Zero, 0);
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        }

        var total = Vector.Sum(sum);
        for (; i < left.Length; i++)
        {
            total += left[i] * right[i];
        }

        return total;
    }

    /// <summary>Draws rows; a row's numbers depend on where it is alone.</summary>
    private static Tensor Drawn(long[] shape, RandomKey key, Distribution distribution, long start)
    {
        const double Most = 1 << 29; // what a span of floats over a tensor can have
        if (shape.Aggregate(1.0, (product, length) => product * length) >= Most)
        {
            throw new DataException($"A made-up column of [{string.Join(", ", shape)}] is too large to be in memory. With 'stream: true' it is made while it is used.");
        }

        var numbers = empty(shape);
        if (numbers.numel() == 0)
        {
            return numbers;
        }

        var values = MemoryMarshal.Cast<byte, float>(numbers.bytes);
        var from = start * shape[1..].Aggregate(1L, (product, length) => product * length);
        if (distribution == Distribution.Normal)
        {
            key.FillNormal(values, from);
        }
        else
        {
            key.FillUniform(values, from);
        }

        return numbers;
    }
}

/// <summary>How numbers are drawn.</summary>
public enum Distribution
{
    /// <summary>Mean 0, standard deviation 1.</summary>
    Normal,

    /// <summary>From 0 up to 1.</summary>
    Uniform,
}
