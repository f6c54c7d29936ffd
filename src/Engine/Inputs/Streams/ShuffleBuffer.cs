using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>
/// The order in which a buffer of some size gives the rows of a pass: the next is drawn from those in the buffer, and the row that follows in
/// the data takes its place. Only numbers of rows are held; where it is, depends on the key and the number of rows given alone.
/// </summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.data.Dataset.shuffle</c>.</remarks>
/// <param name="key">Where the pass has its random numbers from.</param>
/// <param name="count">How many rows a pass has.</param>
/// <param name="size">How many rows the buffer holds.</param>
internal sealed class ShuffleBuffer(RandomKey key, long count, int size)
{
    private readonly long[] _rows = [.. Enumerable.Range(0, (int)Math.Min(size, count)).Select(row => (long)row)];
    private int _held = (int)Math.Min(size, count);

    /// <summary>How many rows were given.</summary>
    internal long Given { get; private set; }

    /// <summary>The first row that has not come into the buffer.</summary>
    internal long Front { get; private set; } = Math.Min(size, count);

    /// <summary>The rows in the buffer.</summary>
    internal ReadOnlySpan<long> Held => _rows.AsSpan(0, _held);

    /// <summary>The next row.</summary>
    internal long Next()
    {
        var place = (int)Math.BigMul(key[Given++], (ulong)_held, out _); // from 0 to _held - 1
        var row = _rows[place];
        _rows[place] = Front < count ? Front++ : _rows[--_held];
        return row;
    }
}
