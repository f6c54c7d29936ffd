using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>Writes HDF5 files as libhdf5 1.8 and later read them: groups, texts as attributes, arrays in one piece.</summary>
/// <remarks>
/// What is inside a group is written before it, so that the file grows from front to back, and only its first bytes are written
/// last. Source: HDF5 File Format Specification, version 3.0 (The HDF Group).
/// </remarks>
internal sealed class Hdf5Writer
{
    private const long Nowhere = -1;
    private const int SuperblockLength = 48;
    private readonly Stream _stream;
    private readonly long _start;

    private Hdf5Writer(Stream stream) => (_stream, _start) = (stream, stream.Position);

    /// <summary>Writes a file to where a stream stands.</summary>
    internal static void Write(Stream stream, NewGroup root)
    {
        var writer = new Hdf5Writer(stream);
        stream.Write(new byte[SuperblockLength]);
        var address = writer.Group(root);
        var end = writer.Here();
        stream.Position = writer._start;
        stream.Write(Superblock(end, address));
        stream.Position = writer._start + end;
    }

    private static byte[] Superblock(long end, long root)
    {
        var bytes = new Bytes();
        bytes.Add([0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n', 2, 8, 8, 0]);
        bytes.Add(0L);
        bytes.Add(Nowhere);
        bytes.Add(end);
        bytes.Add(root);
        bytes.AddChecksum();
        return bytes.ToArray();
    }

    private long Here() => _stream.Position - _start;

    private long Group(NewGroup group)
    {
        var links = group.Groups.Select(pair => (pair.Key, Address: Group(pair.Value))).Concat(group.Arrays.Select(pair => (pair.Key, Address: Array(pair.Value))))
            .OrderBy(link => link.Key, StringComparer.Ordinal).ToList();
        var messages = new Bytes();
        var info = new Bytes();
        info.Add([0, 0]);
        info.Add(Nowhere);
        info.Add(Nowhere);
        Message(messages, MessageType.LinkInfo, info);
        var groupInfo = new Bytes();
        groupInfo.Add([0, 0]);
        Message(messages, MessageType.GroupInfo, groupInfo);
        foreach (var (name, address) in links)
        {
            var utf8 = Encoding.UTF8.GetBytes(name);
            var link = new Bytes();
            link.Add([1, 0x10 | 1, 1]); // a name in UTF-8 whose length has two bytes
            link.Add((ushort)utf8.Length);
            link.Add(utf8);
            link.Add(address);
            Message(messages, MessageType.Link, link);
        }

        Attributes(messages, group);
        return Header(messages);
    }

    private void Attributes(Bytes messages, NewGroup group)
    {
        if (group.Attributes.Count > 0)
        {
            // without it, libhdf5 finds attributes by name, but counts none
            var info = new Bytes();
            info.Add([0, 0]);
            info.Add(Nowhere);
            info.Add(Nowhere);
            Message(messages, MessageType.AttributeInfo, info);
        }

        var texts = group.Attributes.Values.SelectMany(attribute => attribute.Texts).Select(Encoding.UTF8.GetBytes).ToList();
        var places = new Queue<(int Length, long Heap, int Index)>(Heaps(texts));
        foreach (var (name, attribute) in group.Attributes)
        {
            var utf8 = Encoding.UTF8.GetBytes(name + "\0");
            var (type, space, data) = (new Bytes(), new Bytes(), new Bytes());
            var count = attribute.Texts.Count;
            if (count == 0)
            {
                Real(type, 8);
            }
            else
            {
                // text of any length, made of bytes
                type.Add([0x19, 0x01, (byte)(attribute.IsUnicode ? 1 : 0), 0x00]);
                type.Add(16);
                type.Add([0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]);
            }

            space.Add([2, (byte)(attribute.IsList ? 1 : 0), 0, (byte)(attribute.IsList ? 1 : 0)]);
            if (attribute.IsList)
            {
                space.Add((long)count);
            }

            for (var i = 0; i < count; i++)
            {
                var place = places.Dequeue();
                data.Add(place.Length);
                data.Add(place.Heap);
                data.Add(place.Index);
            }

            var message = new Bytes();
            message.Add([3, 0]);
            message.Add((ushort)utf8.Length);
            message.Add((ushort)type.Length);
            message.Add((ushort)space.Length);
            message.Add([1]);
            message.Add(utf8);
            message.Add(type.ToArray());
            message.Add(space.ToArray());
            message.Add(data.ToArray());
            Message(messages, MessageType.Attribute, message);
        }
    }

    /// <summary>Writes texts into heaps; where each stands.</summary>
    private IEnumerable<(int Length, long Heap, int Index)> Heaps(List<byte[]> texts)
    {
        const int most = 60_000; // an index has two bytes
        return texts.Chunk(most).SelectMany(Heap).ToList();
    }

    private List<(int Length, long Heap, int Index)> Heap(byte[][] texts)
    {
        const int least = 4096;
        const int headLength = 16;
        var objects = new Bytes();
        foreach (var (i, text) in texts.Index())
        {
            objects.Add((ushort)(i + 1));
            objects.Add((ushort)1);
            objects.Add(0);
            objects.Add((long)text.Length);
            objects.Add(text);
            objects.Pad(8);
        }

        var size = Math.Max(least, headLength + objects.Length + headLength);
        var free = size - headLength - objects.Length;
        var heap = new Bytes();
        heap.Add("GCOL"u8);
        heap.Add([1, 0, 0, 0]);
        heap.Add((long)size);
        heap.Add(objects.ToArray());
        heap.Add(0L); // object 0 is what is free
        heap.Add((long)free);
        heap.Add(new byte[free - headLength]);
        var address = Here();
        _stream.Write(heap.ToArray());
        return [.. texts.Select((text, i) => (text.Length, address, i + 1))];
    }

    private long Array(Tensor values)
    {
        using var scope = NewDisposeScope();
        var plain = values.detach().cpu().contiguous();
        var (type, size) = (new Bytes(), 4);
        switch (plain.dtype)
        {
            case ScalarType.Int64:
                size = 8;
                Whole(type, 8);
                break;
            case ScalarType.Int32:
                Whole(type, 4);
                break;
            case ScalarType.Float64:
                size = 8;
                Real(type, 8);
                break;
            default:
                plain = plain.to_type(ScalarType.Float32);
                Real(type, 4);
                break;
        }

        var length = plain.numel() * size;
        var data = length == 0 ? Nowhere : Here();
        if (length > 0)
        {
            foreach (var part in TensorBytes.Of(plain))
            {
                _stream.Write(part.Span);
            }

            _stream.Write(new byte[(8 - (Here() % 8)) % 8]);
        }

        var (space, fill, layout) = (new Bytes(), new Bytes(), new Bytes());
        space.Add([2, (byte)plain.dim(), 0, (byte)(plain.dim() == 0 ? 0 : 1)]);
        foreach (var axis in plain.shape)
        {
            space.Add(axis);
        }

        fill.Add([3, 0x0A]);
        layout.Add([3, 1]);
        layout.Add(data);
        layout.Add(length);
        var messages = new Bytes();
        Message(messages, MessageType.Dataspace, space);
        Message(messages, MessageType.Datatype, type);
        Message(messages, MessageType.FillValue, fill);
        Message(messages, MessageType.Layout, layout);
        return Header(messages);
    }

    private long Header(Bytes messages)
    {
        var header = new Bytes();
        header.Add("OHDR"u8);
        header.Add([2, 2]); // the length has four bytes
        header.Add(messages.Length);
        header.Add(messages.ToArray());
        header.AddChecksum();
        var address = Here();
        header.Pad(8);
        _stream.Write(header.ToArray());
        return address;
    }

    private static void Message(Bytes messages, MessageType type, Bytes body)
    {
        messages.Add([(byte)type]);
        messages.Add(checked((ushort)body.Length));
        messages.Add([0]);
        messages.Add(body.ToArray());
    }

    private static void Whole(Bytes type, int size)
    {
        type.Add([0x10, 0x08, 0, 0]); // signed, the smallest byte first
        type.Add(size);
        type.Add((ushort)0);
        type.Add((ushort)(8 * size));
    }

    private static void Real(Bytes type, int size)
    {
        var wide = size == 8;
        type.Add([0x11, 0x20, (byte)((8 * size) - 1), 0]);
        type.Add(size);
        type.Add((ushort)0);
        type.Add((ushort)(8 * size));
        type.Add(wide ? [52, 11, 0, 52] : [23, 8, 0, 23]);
        type.Add(wide ? 1023 : 127);
    }

    /// <summary>Bytes that are put together.</summary>
    private sealed class Bytes
    {
        private readonly List<byte> _all = [];

        internal int Length => _all.Count;

        internal void Add(ReadOnlySpan<byte> bytes) => _all.AddRange(bytes);

        internal void Add(ushort number)
        {
            Span<byte> bytes = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, number);
            _all.AddRange(bytes);
        }

        internal void Add(int number)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            _all.AddRange(bytes);
        }

        internal void Add(long number)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            _all.AddRange(bytes);
        }

        internal void Pad(int multiple) => _all.AddRange(new byte[(multiple - (Length % multiple)) % multiple]);

        internal void AddChecksum() => Add((int)Checksum.Of(CollectionsMarshal.AsSpan(_all)));

        internal byte[] ToArray() => [.. _all];
    }
}
