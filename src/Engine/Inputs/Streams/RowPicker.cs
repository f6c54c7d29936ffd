using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Gives the examples of an order from a table that is read while they are asked for.</summary>
internal abstract class RowPicker(RowTable table, IReadOnlyList<string> columns, RowChoice choice) : IDisposable
{
    /// <summary>The columns that are read.</summary>
    internal IReadOnlyList<string> Columns { get; } = columns;

    private protected RowTable Table { get; } = table;

    private protected RowChoice Choice { get; } = choice;

    private protected RowReader Reader { get; } = table.Open(columns);

    /// <summary>The way that suits a table: from where they are, or through a buffer.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that are read.</param>
    /// <param name="choice">Which rows are examples.</param>
    /// <param name="buffer">How many examples the order holds at once; 0 where it does not shuffle.</param>
    /// <exception cref="DataException">They would not find room in memory.</exception>
    internal static RowPicker For(RowTable table, IReadOnlyList<string> columns, RowChoice choice, long buffer)
    {
        if (table.ReadsAnywhere || buffer == 0)
        {
            return new Direct(table, columns, choice);
        }

        var bytes = buffer * (double)table.RowBytes(columns);
        return bytes <= StreamingRule.Memory / 2 ? new HeldRows(table, columns, choice)
            : throw new DataException(FormattableString.Invariant(
                $"A shuffle buffer of {buffer} examples of {string.Join(", ", columns)} takes {bytes / 1e9:0.#} GB, and there are {StreamingRule.Memory / 1e9:0.#} GB of memory. Say a smaller 'shuffle_buffer'."));
    }

    /// <summary>Goes to a place in the order.</summary>
    /// <param name="waiting">The examples before the front that are still to come.</param>
    /// <param name="front">From here on all are.</param>
    internal virtual void GoTo(IReadOnlySet<long> waiting, long front)
    {
    }

    /// <summary>The next examples, column by column, in the caller's scope.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="stop">Ends the reading.</param>
    internal abstract ArrayValues[] Take(long[] examples, CancellationToken stop);

    /// <inheritdoc/>
    public virtual void Dispose() => Reader.Dispose();

    /// <summary>Reads just what is asked for.</summary>
    private sealed class Direct(RowTable table, IReadOnlyList<string> columns, RowChoice choice) : RowPicker(table, columns, choice)
    {
        internal override ArrayValues[] Take(long[] examples, CancellationToken stop) => examples.Length > 0 && examples[^1] - examples[0] == examples.Length - 1 && IsAscending(examples)
            ? Choice.Read(Reader, Table.ReadsAnywhere, examples[0], examples.Length)
            : Reader.Take(Array.ConvertAll(examples, example => Choice[example]));

        private static bool IsAscending(long[] examples)
        {
            for (var i = 1; i < examples.Length; i++)
            {
                if (examples[i] != examples[i - 1] + 1)
                {
                    return false;
                }
            }

            return true;
        }
    }
}

/// <summary>
/// Reads a table from its beginning to its end, a block at a time, and holds what is not asked for yet. A pass asks for each example once, so
/// no more are held than the order's buffer has, and a block.
/// </summary>
internal sealed class HeldRows(RowTable table, IReadOnlyList<string> columns, RowChoice choice) : RowPicker(table, columns, choice)
{
    private const long BlockBytes = 4 << 20;
    private const int MostRows = 512;
    private readonly int _block = (int)Math.Clamp(BlockBytes / table.RowBytes(columns), 1, MostRows);
    private readonly Dictionary<long, int> _places = [];
    private readonly Stack<int> _free = [];
    private readonly Tensor?[] _numbers = new Tensor?[columns.Count];
    private readonly string[]?[] _texts = new string[]?[columns.Count];
    private readonly long[][] _shapes = new long[columns.Count][];
    private IReadOnlySet<long> _waiting = new HashSet<long>();
    private long _front;
    private long _allFrom;
    private int _room;

    internal override void GoTo(IReadOnlySet<long> waiting, long front)
    {
        foreach (var place in _places.Values)
        {
            _free.Push(place);
        }

        _places.Clear();
        (_waiting, _allFrom) = (waiting, front);
        _front = waiting.Count > 0 ? Math.Min(waiting.Min(), front) : front;
    }

    internal override ArrayValues[] Take(long[] examples, CancellationToken stop)
    {
        var last = examples.Max();
        while (_front <= last)
        {
            stop.ThrowIfCancellationRequested();
            ReadBlock();
        }

        var places = Array.ConvertAll(examples, example => _places.Remove(example, out var place) ? place
            : throw new InvalidOperationException($"The example {example} was given before."));
        var indices = tensor(Array.ConvertAll(places, place => (long)place));
        var taken = new ArrayValues[Columns.Count];
        for (var i = 0; i < taken.Length; i++)
        {
            taken[i] = _numbers[i] is { } numbers ? new ArrayValues(numbers.index_select(0, indices)) : new ArrayValues(TextAt(i, places));
        }

        foreach (var place in places)
        {
            _free.Push(place);
        }

        return taken;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var numbers in _numbers)
        {
            numbers?.Dispose();
        }

        base.Dispose();
    }

    private void ReadBlock()
    {
        using var scope = NewDisposeScope();
        var length = (int)Math.Min(_block, Choice.Count - _front);
        var block = Choice.Read(Reader, anywhere: false, _front, length);
        var kept = new List<int>(length);
        for (var i = 0; i < length; i++)
        {
            if (_front + i >= _allFrom || _waiting.Contains(_front + i))
            {
                kept.Add(i);
            }
        }

        MakeRoom(block, kept.Count);
        var places = new int[kept.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = _free.Pop();
            _places.Add(_front + kept[i], places[i]);
        }

        _front += length;
        if (places.Length > 0)
        {
            Put(block, kept, places);
        }
    }

    private void Put(ArrayValues[] block, List<int> kept, int[] places)
    {
        var to = tensor(Array.ConvertAll(places, place => (long)place));
        var from = kept.Count == block[0].Shape[0] ? null : tensor(kept.ConvertAll(row => (long)row));
        for (var i = 0; i < block.Length; i++)
        {
            if (_numbers[i] is { } numbers)
            {
                numbers.index_copy_(0, to, from is null ? block[i].Numbers! : block[i].Numbers!.index_select(0, from));
                continue;
            }

            var size = SizeOf(i);
            for (var k = 0; k < places.Length; k++)
            {
                for (var j = 0; j < size; j++)
                {
                    _texts[i]![(places[k] * size) + j] = block[i].Text!.Values[(kept[k] * size) + j];
                }
            }
        }
    }

    /// <summary>Grows what is held, where a block does not find room.</summary>
    private void MakeRoom(ArrayValues[] block, int rows)
    {
        if (_free.Count >= rows)
        {
            return;
        }

        var room = Math.Max(_room + rows - _free.Count, Math.Min(2 * _room, _room + (16 * MostRows)));
        for (var i = 0; i < block.Length; i++)
        {
            _shapes[i] = [.. block[i].Shape.Skip(1)];
            if (block[i].Numbers is { } sample)
            {
                var grown = empty([room, .. _shapes[i]], sample.dtype).DetachFromDisposeScope();
                if (_numbers[i] is { } old)
                {
                    grown.narrow(0, 0, _room).copy_(old);
                    old.Dispose();
                }

                _numbers[i] = grown;
            }
            else
            {
                Array.Resize(ref _texts[i], room * SizeOf(i));
            }
        }

        for (var place = _room; place < room; place++)
        {
            _free.Push(place);
        }

        _room = room;
    }

    private int SizeOf(int column) => (int)_shapes[column].Aggregate(1L, (product, length) => product * length);

    private TextArray TextAt(int column, int[] places)
    {
        var size = SizeOf(column);
        return new TextArray([.. places.SelectMany(place => _texts[column]!.AsSpan(place * size, size).ToArray())], [places.Length, .. _shapes[column]]);
    }
}
