namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>A tree of records, by which large groups find their links and attributes.</summary>
internal sealed class BTree2
{
    private const int NodeOverhead = 10;
    private readonly Hdf5File _file;
    private readonly byte _type;
    private readonly uint _nodeSize;
    private readonly ushort _recordSize;
    private readonly List<ReadOnlyMemory<byte>> _records = [];
    private readonly HashSet<long> _seen = [];

    /// <summary>Reads a whole tree.</summary>
    internal BTree2(Hdf5File file, long address, byte type)
    {
        (_file, _type) = (file, type);
        var header = new Cursor(file.Read(address, 22 + file.AddressSize + file.LengthSize), file);
        header.Need("BTHD"u8);
        header.Skip(1);
        NeedType(header.Byte());
        _nodeSize = header.UInt32();
        _recordSize = header.UInt16();
        var depth = header.UInt16();
        header.Skip(2);
        var root = header.Address();
        var count = header.UInt16();
        if (_recordSize == 0 || _nodeSize <= NodeOverhead || depth > 16)
        {
            throw new FileProblem("The HDF5 file is damaged: a tree in it has no sense.");
        }

        if (root != Cursor.Nowhere && count > 0)
        {
            ReadNode(root, count, depth);
        }
    }

    /// <summary>All records.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Records() => _records;

    private static int BytesFor(long most)
    {
        var bytes = 1;
        while (most > 255)
        {
            (most, bytes) = (most >> 8, bytes + 1);
        }

        return bytes;
    }

    private void NeedType(byte type)
    {
        if (type != _type)
        {
            throw new FileProblem("The HDF5 file is damaged: a tree in it is of another kind.");
        }
    }

    private void ReadNode(long address, long count, int depth)
    {
        if (!_seen.Add(address))
        {
            throw new FileProblem("The HDF5 file is damaged: it leads in a circle.");
        }

        var bytes = _file.Read(address, _nodeSize);
        var cursor = new Cursor(bytes, _file);
        cursor.Need(depth == 0 ? "BTLF"u8 : "BTIN"u8);
        cursor.Skip(1);
        NeedType(cursor.Byte());
        for (var i = 0; i < count; i++)
        {
            _records.Add(bytes.AsMemory(bytes.Length - cursor.Left, Math.Min(_recordSize, cursor.Left)));
            cursor.Skip(_recordSize);
        }

        if (depth == 0)
        {
            return;
        }

        var (countSize, totalSize) = ChildSizes(depth);
        for (var i = 0; i <= count; i++)
        {
            var child = cursor.Address();
            var records = cursor.Number(countSize);
            cursor.Skip(totalSize);
            ReadNode(child, records, depth - 1);
        }
    }

    /// <summary>How many bytes tell the number of a child's records, and of all below it.</summary>
    private (int Count, int Total) ChildSizes(int depth)
    {
        var most = (_nodeSize - NodeOverhead) / _recordSize;
        var countSize = BytesFor(most);
        long all = most;
        var totalSize = 0;
        for (var level = 1; level < depth; level++)
        {
            var pointer = _file.AddressSize + countSize + totalSize;
            var here = Math.Max(0, (_nodeSize - NodeOverhead - pointer) / (_recordSize + pointer));
            all = Math.Min(((here + 1) * all) + here, long.MaxValue >> 32);
            totalSize = BytesFor(all);
        }

        return (countSize, totalSize);
    }
}
