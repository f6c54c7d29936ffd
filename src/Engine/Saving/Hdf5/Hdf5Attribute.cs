using System.Text;

namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>A named value beside a group or an array.</summary>
internal sealed class Hdf5Attribute
{
    private readonly Hdf5File _file;
    private readonly ReadOnlyMemory<byte> _data;
    private readonly long _count;

    private Hdf5Attribute(Hdf5File file, ReadOnlyMemory<byte> message, out string name)
    {
        _file = file;
        var cursor = new Cursor(message.Span, file);
        var version = cursor.Byte();
        var flags = cursor.Byte();
        int nameLength = cursor.UInt16(), typeLength = cursor.UInt16(), spaceLength = cursor.UInt16();
        if (version == 3)
        {
            cursor.Skip(1);
        }

        if (version is 0 or > 3 || (version > 1 && flags != 0))
        {
            throw new FileProblem("The HDF5 file has an attribute in a form that no Keras file has.");
        }

        name = Cursor.Text(cursor.Take(Padded(nameLength)));
        Type = Datatype.Read(cursor.Take(Padded(typeLength)), file);
        Shape = Dataspace.Read(cursor.Take(Padded(spaceLength)), file);
        _count = Shape is null ? 0 : Dataspace.CountOf(Shape);
        _data = message[(message.Length - cursor.Left)..];
        if (_count * Type.Size > _data.Length)
        {
            throw new FileProblem($"The HDF5 file is damaged: its attribute '{name}' is shorter than it says.");
        }

        int Padded(int length) => version == 1 ? (length + 7) & ~7 : length;
    }

    /// <summary>What its elements are.</summary>
    internal Datatype Type { get; }

    /// <summary>The lengths of its axes: none for a single value, null where there is no value.</summary>
    internal long[]? Shape { get; }

    /// <summary>The attributes of an object, by name.</summary>
    internal static Dictionary<string, Hdf5Attribute> ReadAll(Hdf5File file, ObjectHeader header)
    {
        var attributes = new Dictionary<string, Hdf5Attribute>(StringComparer.Ordinal);
        foreach (var message in header.All(MessageType.Attribute))
        {
            Add(message);
        }

        if (header.Find(MessageType.AttributeInfo) is { } info)
        {
            var cursor = new Cursor(info.Span, file);
            cursor.Skip(1);
            cursor.Skip((cursor.Byte() & 1) != 0 ? 2 : 0);
            var (heap, index) = (cursor.Address(), cursor.Address());
            if (heap != Cursor.Nowhere)
            {
                const byte nameIndex = 8;
                var objects = new FractalHeap(file, heap);
                foreach (var record in new BTree2(file, index, nameIndex).Records())
                {
                    Add(objects.Read(record.Span[..8]));
                }
            }
        }

        return attributes;

        void Add(ReadOnlyMemory<byte> message)
        {
            var attribute = new Hdf5Attribute(file, message, out var name);
            attributes[name] = attribute;
        }
    }

    /// <summary>The texts of an attribute of text; none for one of anything else, which is how Keras writes an empty list.</summary>
    internal IReadOnlyList<string> Texts()
    {
        if (!Type.IsText || _count > _data.Length)
        {
            return [];
        }

        var texts = new string[_count];
        for (var i = 0; i < texts.Length; i++)
        {
            var element = _data.Span.Slice(i * Type.Size, Type.Size);
            texts[i] = Type.HasAnyLength ? AnyLength(element) : Cursor.Text(element);
        }

        return texts;
    }

    private string AnyLength(ReadOnlySpan<byte> element)
    {
        var cursor = new Cursor(element, _file);
        var length = cursor.UInt32();
        var heap = cursor.Address();
        var index = (int)cursor.UInt32();
        if (length == 0)
        {
            return "";
        }

        var bytes = _file.HeapObject(heap, index);
        return Encoding.UTF8.GetString(bytes.AsSpan(0, (int)Math.Min(length, bytes.Length))).TrimEnd('\0');
    }
}
