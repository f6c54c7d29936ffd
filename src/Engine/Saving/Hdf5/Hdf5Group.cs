namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>A group: a folder in an HDF5 file, with attributes.</summary>
internal sealed class Hdf5Group
{
    private const byte LinkName = 5;
    private const int SoftLink = 2;
    private readonly Hdf5File _file;
    private readonly ObjectHeader _header;
    private readonly Lazy<SortedDictionary<string, long>> _links;
    private readonly Lazy<Dictionary<string, Hdf5Attribute>> _attributes;

    internal Hdf5Group(Hdf5File file, ObjectHeader header)
    {
        (_file, _header) = (file, header);
        _links = new Lazy<SortedDictionary<string, long>>(ReadLinks);
        _attributes = new Lazy<Dictionary<string, Hdf5Attribute>>(() => Hdf5Attribute.ReadAll(file, header));
    }

    /// <summary>The names of what is in it, sorted.</summary>
    internal IReadOnlyCollection<string> Names => _links.Value.Keys;

    /// <summary>Its attributes, by name.</summary>
    internal IReadOnlyDictionary<string, Hdf5Attribute> Attributes => _attributes.Value;

    /// <summary>The group at a path below this one, or null when there is none.</summary>
    internal Hdf5Group? TryGroup(string path)
    {
        var group = this;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (group.TryHeader(name) is not { } header || header.Find(MessageType.Layout) is not null)
            {
                return null;
            }

            group = new Hdf5Group(_file, header);
        }

        return group;
    }

    /// <summary>The array at a path below this group, or null when there is none.</summary>
    internal StoredArray? TryArray(string path)
    {
        var slash = path.LastIndexOf('/');
        var parent = slash < 0 ? this : TryGroup(path[..slash]);
        return parent?.TryHeader(path[(slash + 1)..]) is { } header && header.Find(MessageType.Layout) is not null
            ? Hdf5Dataset.Open(_file, header) : null;
    }

    /// <summary>An attribute that is one text, or null when there is none.</summary>
    internal string? TryText(string attribute) =>
        _attributes.Value.TryGetValue(attribute, out var found) && found.Texts() is [var only] ? only : null;

    /// <summary>An attribute that is a list of texts, perhaps in several pieces (<c>layer_names0</c>, <c>layer_names1</c>); null when there is none.</summary>
    internal IReadOnlyList<string>? TryTexts(string attribute)
    {
        if (_attributes.Value.TryGetValue(attribute, out var whole))
        {
            return whole.Texts();
        }

        var texts = new List<string>();
        var pieces = 0;
        for (; _attributes.Value.TryGetValue($"{attribute}{pieces}", out var piece); pieces++)
        {
            texts.AddRange(piece.Texts());
        }

        return pieces > 0 ? texts : null;
    }

    private ObjectHeader? TryHeader(string name) => _links.Value.TryGetValue(name, out var address) ? new ObjectHeader(_file, address) : null;

    private SortedDictionary<string, long> ReadLinks()
    {
        var links = new SortedDictionary<string, long>(StringComparer.Ordinal);
        if (_header.Find(MessageType.SymbolTable) is { } table)
        {
            var cursor = new Cursor(table.Span, _file);
            var tree = cursor.Address();
            var heap = new Cursor(_file.Read(cursor.Address(), 8 + (2 * _file.LengthSize) + _file.AddressSize), _file);
            heap.Need("HEAP"u8);
            heap.Skip(4);
            var length = heap.Length();
            heap.Skip(_file.LengthSize);
            var names = _file.Read(heap.Address(), length);
            ReadOldNode(tree, names, links, []);
            return links;
        }

        foreach (var message in _header.All(MessageType.Link))
        {
            AddLink(message.Span, links);
        }

        if (_header.Find(MessageType.LinkInfo) is { } info)
        {
            var cursor = new Cursor(info.Span, _file);
            cursor.Skip(1);
            cursor.Skip((cursor.Byte() & 1) != 0 ? 8 : 0);
            var (heap, index) = (cursor.Address(), cursor.Address());
            if (heap != Cursor.Nowhere)
            {
                var objects = new FractalHeap(_file, heap);
                foreach (var record in new BTree2(_file, index, LinkName).Records())
                {
                    AddLink(objects.Read(record.Span[4..]), links); // a record is a hash, then the object's number
                }
            }
        }

        return links;
    }

    private void ReadOldNode(long address, byte[] names, SortedDictionary<string, long> links, HashSet<long> seen)
    {
        if (!seen.Add(address))
        {
            throw new FileProblem("The HDF5 file is damaged: it leads in a circle.");
        }

        var start = _file.Read(address, 8);
        if (start.AsSpan().StartsWith("SNOD"u8))
        {
            var count = start[6] | (start[7] << 8);
            var entryLength = (2 * _file.AddressSize) + 24;
            var entries = new Cursor(_file.Read(address + 8, (long)count * entryLength), _file);
            for (var i = 0; i < count; i++)
            {
                var nameAt = entries.Number(_file.AddressSize);
                var header = entries.Address();
                var kind = entries.UInt32();
                entries.Skip(20);
                var name = nameAt < names.Length ? Cursor.Text(names.AsSpan((int)nameAt)) : throw new FileProblem("The HDF5 file is damaged: a name in it is missing.");
                links[name] = kind != SoftLink ? header : throw new FileProblem($"'{name}' is a link to another place, which a file of weights may not hold.");
            }

            return;
        }

        if (!start.AsSpan().StartsWith("TREE"u8))
        {
            throw new FileProblem("The HDF5 file is damaged: where a list of names is due, there is something else.");
        }

        var children = start[6] | (start[7] << 8);
        var nodes = new Cursor(
            _file.Read(address + 8 + (2 * _file.AddressSize), _file.LengthSize + ((long)children * (_file.LengthSize + _file.AddressSize))), _file);
        for (var i = 0; i < children; i++)
        {
            nodes.Skip(_file.LengthSize);
            ReadOldNode(nodes.Address(), names, links, seen);
        }
    }

    private void AddLink(ReadOnlySpan<byte> message, SortedDictionary<string, long> links)
    {
        var cursor = new Cursor(message, _file);
        cursor.Skip(1);
        var flags = cursor.Byte();
        var kind = (flags & 8) != 0 ? cursor.Byte() : 0;
        cursor.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
        var name = Cursor.Text(cursor.Take(cursor.Number(1 << (flags & 3))));
        links[name] = kind == 0 ? cursor.Address() : throw new FileProblem($"'{name}' is a link to another place, which a file of weights may not hold.");
    }
}
