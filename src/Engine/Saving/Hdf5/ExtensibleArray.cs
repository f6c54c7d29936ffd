using System.Numerics;

namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>The pieces of an array that may grow along one axis, as HDF5 1.10 and later list them.</summary>
/// <remarks>
/// The first entries stand in an index block, then come blocks that grow in size: the first of them are found from the index
/// block, the later ones from blocks in between. Source: HDF5 File Format Specification, version 3.0, VII.E.
/// </remarks>
internal sealed class ExtensibleArray
{
    private const int ChecksumLength = 4;
    private readonly Hdf5File _file;
    private readonly long _length;
    private readonly int _entrySize;
    private readonly int _lengthSize;
    private readonly int _offsetSize;
    private readonly long _perPage;
    private readonly long _smallest;
    private readonly long _wanted;
    private readonly List<ChunkEntry> _entries = [];

    private ExtensibleArray(Hdf5File file, long address, long length, long wanted, bool filtered)
    {
        (_file, _length, _wanted) = (file, length, wanted);
        var header = new Cursor(file.Read(address, 12 + (6 * file.LengthSize) + file.AddressSize), file);
        header.Need("EAHD"u8);
        header.Skip(2);
        _entrySize = header.Byte();
        var bits = header.Byte();
        var inIndex = header.Byte();
        _smallest = header.Byte();
        var pointers = header.Byte();
        var pageBits = header.Byte();
        header.Skip(6 * file.LengthSize);
        var index = header.Address();
        _lengthSize = ChunkEntry.LengthSize(_entrySize, file, filtered);
        if (wanted > file.Length || bits is 0 or > 64 || _smallest == 0 || pointers < 2 || pageBits > 30)
        {
            throw new FileProblem("The HDF5 file is damaged: the list of an array's pieces has no sense.");
        }

        (_offsetSize, _perPage) = ((bits + 7) / 8, 1L << pageBits);
        if (index != Cursor.Nowhere)
        {
            ReadIndex(index, inIndex, pointers);
        }
    }

    /// <summary>The first entries, in order, as many as are wanted or written.</summary>
    internal static List<ChunkEntry> Read(Hdf5File file, long address, long length, long wanted, bool filtered) =>
        new ExtensibleArray(file, address, length, wanted, filtered)._entries;

    private void ReadIndex(long address, int inIndex, int pointers)
    {
        var head = 6 + _file.AddressSize;
        var direct = 2 * (pointers - 1);
        var bytes = new Cursor(_file.ReadUpTo(address, head + (inIndex * _entrySize) + ((direct + 128L) * _file.AddressSize)), _file);
        bytes.Need("EAIB"u8);
        bytes.Skip(head - 4);
        Take(ref bytes, inIndex);
        var directLevels = 2 * BitOperations.Log2((uint)pointers);
        for (var level = 0; _entries.Count < _wanted; level++)
        {
            var blocks = 1L << (level / 2);
            var entries = (1L << ((level + 1) / 2)) * _smallest;
            if (level < directLevels)
            {
                for (long i = 0; i < blocks && _entries.Count < _wanted; i++)
                {
                    ReadBlock(bytes.Address(), entries);
                }
            }
            else
            {
                ReadBetween(bytes.Address(), blocks, entries);
            }
        }
    }

    /// <summary>A block of addresses of blocks.</summary>
    private void ReadBetween(long address, long blocks, long entries)
    {
        if (address == Cursor.Nowhere)
        {
            Skip(blocks * entries);
            return;
        }

        var pages = entries > _perPage ? entries / _perPage : 0;
        var head = 6 + _file.AddressSize + _offsetSize + (blocks * ((pages + 7) / 8));
        var bytes = new Cursor(_file.Read(address, head + (blocks * _file.AddressSize)), _file);
        bytes.Need("EASB"u8);
        bytes.Skip(head - 4);
        for (long i = 0; i < blocks && _entries.Count < _wanted; i++)
        {
            ReadBlock(bytes.Address(), entries);
        }
    }

    /// <summary>A block of entries, perhaps in pages.</summary>
    private void ReadBlock(long address, long entries)
    {
        if (address == Cursor.Nowhere)
        {
            Skip(entries);
            return;
        }

        var head = 6 + _file.AddressSize + _offsetSize;
        var begin = new Cursor(_file.Read(address, head), _file);
        begin.Need("EADB"u8);
        var at = address + head + (entries > _perPage ? ChecksumLength : 0);
        for (var left = entries; left > 0 && _entries.Count < _wanted; left -= _perPage)
        {
            var here = Math.Min(left, _perPage);
            var cursor = new Cursor(_file.ReadUpTo(at, here * _entrySize), _file);
            Take(ref cursor, here);
            at += (here * _entrySize) + ChecksumLength;
        }
    }

    private void Take(ref Cursor cursor, long count)
    {
        for (long i = 0; i < count; i++)
        {
            var entry = ChunkEntry.Read(ref cursor, _lengthSize, _length);
            if (_entries.Count < _wanted)
            {
                _entries.Add(entry);
            }
        }
    }

    private void Skip(long count)
    {
        for (count = Math.Min(count, _wanted - _entries.Count); count > 0; count--)
        {
            _entries.Add(new ChunkEntry(Cursor.Nowhere, 0, 0));
        }
    }
}
