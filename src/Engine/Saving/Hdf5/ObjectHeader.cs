namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>What stands at the beginning of a group or an array: a list of messages.</summary>
internal sealed class ObjectHeader
{
    private const int SharedFlag = 2;
    private readonly Hdf5File _file;
    private readonly List<(MessageType Type, ReadOnlyMemory<byte> Body, bool Shared)> _messages = [];
    private readonly HashSet<long> _seen = [];
    private readonly Queue<(long At, long Length)> _more = [];

    /// <summary>Reads the header at an address.</summary>
    internal ObjectHeader(Hdf5File file, long address)
    {
        _file = file;
        var start = file.ReadUpTo(address, 64);
        if (start.AsSpan().StartsWith("OHDR"u8))
        {
            ReadNew(start, address);
        }
        else
        {
            ReadOld(start, address);
        }
    }

    /// <summary>The first message of a type, or null.</summary>
    internal ReadOnlyMemory<byte>? Find(MessageType type)
    {
        foreach (var body in All(type))
        {
            return body;
        }

        return null;
    }

    /// <summary>The first message of a type.</summary>
    internal ReadOnlyMemory<byte> Need(MessageType type) =>
        Find(type) ?? throw new FileProblem($"The HDF5 file is damaged: an object in it has no {type}.");

    /// <summary>All messages of a type.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> All(MessageType type)
    {
        foreach (var (found, body, shared) in _messages)
        {
            if (found == type)
            {
                yield return shared ? throw new FileProblem("The HDF5 file shares its types between arrays, as no Keras file does.") : body;
            }
        }
    }

    private void ReadOld(byte[] start, long address)
    {
        var cursor = new Cursor(start, _file);
        if (cursor.Byte() != 1)
        {
            throw new FileProblem("The HDF5 file is damaged: where an object is due, there is something else.");
        }

        cursor.Skip(7);
        Enqueue(address + 16, cursor.UInt32());
        while (_more.TryDequeue(out var block))
        {
            var messages = new Cursor(_file.Read(block.At, block.Length), _file);
            while (messages.Left >= 8)
            {
                var type = messages.UInt16();
                var size = messages.UInt16();
                var flags = messages.Byte();
                messages.Skip(3);
                Add(type, messages.Take(Math.Min(size, messages.Left)), flags);
            }
        }
    }

    private void ReadNew(byte[] start, long address)
    {
        var cursor = new Cursor(start, _file);
        cursor.Skip(5);
        var flags = cursor.Byte();
        cursor.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
        var size = cursor.Number(1 << (flags & 3));
        Enqueue(address + start.Length - cursor.Left, size);
        var first = true;
        while (_more.TryDequeue(out var block))
        {
            var messages = new Cursor(_file.Read(block.At, block.Length), _file);
            if (!first)
            {
                messages.Need("OCHK"u8);
            }

            var checksum = first ? 0 : 4; // the first block's stands behind it, that of others is their end
            var headLength = (flags & 0x04) != 0 ? 6 : 4;
            while (messages.Left - checksum >= headLength)
            {
                var type = messages.Byte();
                var length = messages.UInt16();
                var messageFlags = messages.Byte();
                messages.Skip(headLength - 4);
                Add(type, messages.Take(Math.Min(length, messages.Left)), messageFlags);
            }

            first = false;
        }
    }

    private void Add(int type, ReadOnlySpan<byte> body, byte flags)
    {
        if (type == (int)MessageType.Continuation)
        {
            var cursor = new Cursor(body, _file);
            Enqueue(cursor.Address(), cursor.Length());
        }
        else if (type != 0)
        {
            _messages.Add(((MessageType)type, body.ToArray(), (flags & SharedFlag) != 0));
        }
    }

    private void Enqueue(long at, long length)
    {
        if (!_seen.Add(at))
        {
            throw new FileProblem("The HDF5 file is damaged: it leads in a circle.");
        }

        _more.Enqueue((at, length));
    }
}

/// <summary>What a message of an object's header says.</summary>
internal enum MessageType
{
    Dataspace = 0x01,
    LinkInfo = 0x02,
    FillValue = 0x05,
    GroupInfo = 0x0A,
    Datatype = 0x03,
    Link = 0x06,
    ExternalFiles = 0x07,
    Layout = 0x08,
    Filters = 0x0B,
    Attribute = 0x0C,
    Continuation = 0x10,
    SymbolTable = 0x11,
    AttributeInfo = 0x15,
}
