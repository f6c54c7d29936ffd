namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>The pieces of an array that is kept in pieces.</summary>
/// <param name="chunk">The lengths of a piece's axes.</param>
internal sealed class ChunkList(long[] chunk)
{
    private const byte PlainRecord = 10;
    private const byte FilteredRecord = 11;
    private readonly List<(long[] At, ChunkEntry Entry)> _chunks = [];

    /// <summary>Reads the list as HDF5 1.6 and later keep it, unless told to be new.</summary>
    internal static ChunkList Read(Cursor layout, Hdf5File file, int rank)
    {
        var axes = layout.Byte();
        if (axes != rank + 1)
        {
            throw new FileProblem("The HDF5 file is damaged: the pieces of an array have other axes than the array.");
        }

        var tree = layout.Address();
        var chunk = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            chunk[i] = layout.UInt32();
        }

        var list = new ChunkList(chunk);
        if (tree != Cursor.Nowhere)
        {
            list.ReadNode(file, tree, []);
        }

        return list;
    }

    /// <summary>Reads the list as HDF5 1.10 and later keep it, in a form for each way that an array may grow.</summary>
    internal static ChunkList ReadNew(Cursor layout, Hdf5File file, long[] shape, int growing, int size, bool filtered)
    {
        var flags = layout.Byte();
        var axes = layout.Byte();
        var digits = layout.Byte();
        if (axes != shape.Length + 1 || digits is 0 or > 8)
        {
            throw new FileProblem("The HDF5 file is damaged: the pieces of an array have other axes than the array.");
        }

        var chunk = new long[shape.Length];
        for (var i = 0; i < chunk.Length; i++)
        {
            chunk[i] = layout.Number(digits);
        }

        layout.Skip(digits);
        var list = new ChunkList(chunk);
        const byte single = 1;
        const byte implicitly = 2;
        const byte fixedArray = 3;
        const byte extensibleArray = 4;
        const byte tree = 5;
        var index = layout.Byte();
        var length = list.LengthOfOne(size);
        switch (index)
        {
            case single when (flags & 2) != 0:
                var stored = layout.Length();
                var skipped = layout.UInt32();
                list._chunks.Add((new long[shape.Length], new ChunkEntry(layout.Address(), stored, skipped)));
                return list;
            case single:
                list._chunks.Add((new long[shape.Length], new ChunkEntry(layout.Address(), length, 0)));
                return list;
            case implicitly:
                var start = layout.Address();
                foreach (var (at, number) in list.Places(shape, file.Length, slowest: 0))
                {
                    list._chunks.Add((at, new ChunkEntry(start + (number * length), length, 0)));
                }

                return list;
            case fixedArray:
                layout.Skip(1);
                list.Take(FixedArray.Read(file, layout.Address(), length, filtered), shape, 0, file.Length);
                return list;
            case extensibleArray:
                layout.Skip(5);
                list.Take(ExtensibleArray.Read(file, layout.Address(), length, list.CountOf(shape), filtered), shape, growing, file.Length);
                return list;
            case tree:
                layout.Skip(6);
                var root = layout.Address();
                if (root != Cursor.Nowhere)
                {
                    list.Take(new BTree2(file, root, filtered ? FilteredRecord : PlainRecord), file, length, filtered);
                }

                return list;
            default:
                throw new FileProblem("The HDF5 file keeps an array in a form that no Keras file has.");
        }
    }

    /// <summary>The whole array.</summary>
    internal byte[] Gather(Hdf5File file, Filters filters, long[] shape, int size, long length)
    {
        var whole = new byte[length];
        var one = LengthOfOne(size);
        foreach (var (at, entry) in _chunks)
        {
            if (entry.Address != Cursor.Nowhere)
            {
                var bytes = filters.Undo(file.Read(entry.Address, entry.Length), entry.Skipped, one, size);
                Place(bytes, at, whole, shape, size);
            }
        }

        return whole;
    }

    private int LengthOfOne(int size)
    {
        var length = Dataspace.CountOf(chunk) * size;
        return length is > 0 and <= int.MaxValue / 4 ? (int)length : throw new FileProblem("The HDF5 file is damaged: the pieces of an array have no sense.");
    }

    /// <summary>How many pieces there are along each axis.</summary>
    private long[] CountsOf(long[] shape) => Array.Exists(chunk, length => length <= 0) ? throw new FileProblem("The HDF5 file is damaged: the pieces of an array have no sense.")
        : [.. shape.Select((length, i) => (length + chunk[i] - 1) / chunk[i])];

    private long CountOf(long[] shape) => Dataspace.CountOf(CountsOf(shape));

    /// <summary>Where pieces begin, last axis fastest but for one that is slowest of all; no more than the file can hold.</summary>
    private IEnumerable<(long[] At, long Number)> Places(long[] shape, long most, int slowest)
    {
        var counts = CountsOf(shape);
        var count = Dataspace.CountOf(counts);
        if (count > most)
        {
            throw new FileProblem("The HDF5 file is damaged: an array has more pieces than the file has bytes.");
        }

        for (long number = 0; number < count; number++)
        {
            var at = new long[shape.Length];
            var rest = number;
            for (var i = shape.Length - 1; i >= 0; i--)
            {
                if (i != slowest)
                {
                    (rest, at[i]) = (rest / counts[i], rest % counts[i] * chunk[i]);
                }
            }

            at[slowest] = rest * chunk[slowest];

            yield return (at, number);
        }
    }

    private void ReadNode(Hdf5File file, long address, HashSet<long> seen)
    {
        if (!seen.Add(address))
        {
            throw new FileProblem("The HDF5 file is damaged: it leads in a circle.");
        }

        var start = new Cursor(file.Read(address, 8), file);
        start.Need("TREE"u8);
        start.Skip(1);
        var level = start.Byte();
        var count = start.UInt16();
        var keyLength = 8 + (8 * (chunk.Length + 1));
        var node = new Cursor(file.Read(address + 8 + (2 * file.AddressSize), ((long)count * (keyLength + file.AddressSize)) + keyLength), file);
        for (var i = 0; i < count; i++)
        {
            long stored = node.UInt32();
            var skipped = node.UInt32();
            var at = new long[chunk.Length];
            for (var axis = 0; axis < at.Length; axis++)
            {
                at[axis] = node.Number(8);
            }

            node.Skip(8);
            var child = node.Address();
            if (level == 0)
            {
                _chunks.Add((at, new ChunkEntry(child, stored, skipped)));
            }
            else
            {
                ReadNode(file, child, seen);
            }
        }
    }

    /// <summary>Takes the pieces of a list without places: they stand in order, the axis that grows slowest.</summary>
    private void Take(List<ChunkEntry> entries, long[] shape, int slowest, long most)
    {
        foreach (var (at, number) in Places(shape, most, slowest))
        {
            if (number < entries.Count)
            {
                _chunks.Add((at, entries[(int)number]));
            }
        }
    }

    /// <summary>Takes the pieces of a tree, each with its place.</summary>
    private void Take(BTree2 tree, Hdf5File file, long length, bool filtered)
    {
        foreach (var record in tree.Records())
        {
            var cursor = new Cursor(record.Span, file);
            var entry = ChunkEntry.Read(ref cursor, ChunkEntry.LengthSize(record.Length - (8 * chunk.Length), file, filtered), length);
            var at = new long[chunk.Length];
            for (var i = 0; i < at.Length; i++)
            {
                at[i] = Math.Min(cursor.Number(8), long.MaxValue / chunk[i]) * chunk[i];
            }

            _chunks.Add((at, entry));
        }
    }

    /// <summary>Copies the part of a piece that lies within the array to its place there, row by row.</summary>
    private void Place(byte[] piece, long[] at, byte[] whole, long[] shape, int size)
    {
        var rank = shape.Length;
        var part = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            part[i] = Math.Min(chunk[i], shape[i] - at[i]);
            if (part[i] <= 0 || at[i] < 0)
            {
                return;
            }
        }

        var rowLength = (int)part[rank - 1] * size;
        var index = new long[rank];
        while (true)
        {
            long from = 0, to = 0;
            for (var i = 0; i < rank; i++)
            {
                from = (from * chunk[i]) + index[i];
                to = (to * shape[i]) + at[i] + index[i];
            }

            piece.AsSpan((int)(from * size), rowLength).CopyTo(whole.AsSpan((int)(to * size), rowLength));
            var axis = rank - 2;
            while (axis >= 0 && ++index[axis] == part[axis])
            {
                index[axis--] = 0;
            }

            if (axis < 0)
            {
                return;
            }
        }
    }
}
