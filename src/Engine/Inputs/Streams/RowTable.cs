using ExperimentRunner.Engine.Tensors;
using TorchSharp;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>A table of examples that is never in memory at once: it knows its columns and its length, and gives rows to who asks.</summary>
internal abstract class RowTable
{
    /// <summary>The columns, each with shape and type of a batch.</summary>
    internal abstract IReadOnlyDictionary<string, Spec> Columns { get; }

    /// <summary>How many rows there are.</summary>
    internal abstract long Count { get; }

    /// <summary>Whether a row costs the same wherever it is; else rows are best read one after the other.</summary>
    internal virtual bool ReadsAnywhere => false;

    /// <summary>Whether shuffling needs no buffer, because rows are wherever they are and each is dear by itself.</summary>
    internal virtual bool ShufflesWhole => false;

    /// <summary>What tells the content apart from another, by file.</summary>
    internal virtual IEnumerable<KeyValuePair<string, string>> Digests => [];

    /// <summary>Begins to read.</summary>
    /// <param name="columns">The columns that are wanted.</param>
    internal abstract RowReader Open(IReadOnlyList<string> columns);

    /// <summary>About how many bytes a row of some columns takes in memory.</summary>
    internal long RowBytes(IEnumerable<string> columns)
    {
        const long Text = 64;
        return Math.Max(1, columns.Sum(column => Columns[column] is var spec && spec.Type == DataType.String
            ? Text * (spec.Shape.SizeFrom(1) ?? 1)
            : (spec.Shape.SizeFrom(1) ?? 1) * spec.Type.ToTorch().ElementSize()));
    }
}

/// <summary>Reads rows of a table; of one thread at a time. What it gives belongs to the caller's scope.</summary>
internal abstract class RowReader : IDisposable
{
    /// <summary>Neighbouring rows: an array for each column that was asked for, in that order.</summary>
    /// <exception cref="DataException">They cannot be read.</exception>
    internal abstract ArrayValues[] Read(long start, int length);

    /// <summary>Neighbouring rows, some of the columns side by side along a new last axis, as float32.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="length">How many.</param>
    /// <param name="columns">For each array the places of its columns, or one below zero of a column that is taken as it is.</param>
    /// <exception cref="DataException">They cannot be read.</exception>
    internal virtual ArrayValues[] ReadJoined(long start, int length, int[][] columns) => Joined(Read(start, length), columns);

    /// <summary>Columns side by side.</summary>
    private protected static ArrayValues[] Joined(ArrayValues[] parts, int[][] columns) => Array.ConvertAll(columns, column => column is [< 0 and var own]
        ? parts[-1 - own]
        : new ArrayValues(torch.stack([.. column.Select(part => parts[part].Numbers!.to_type(torch.ScalarType.Float32))], -1)));

    /// <summary>Rows from anywhere, in the order that is asked for; cheap where the table says so.</summary>
    /// <exception cref="DataException">They cannot be read.</exception>
    internal virtual ArrayValues[] Take(ReadOnlySpan<long> rows)
    {
        var parts = new List<ArrayValues[]>();
        foreach (var row in rows)
        {
            parts.Add(Read(row, 1));
        }

        return ArrayParts.Joined(parts);
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
