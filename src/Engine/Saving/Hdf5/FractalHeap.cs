using System.Numerics;

namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>Where a large group keeps its links and attributes.</summary>
internal sealed class FractalHeap
{
    private readonly Hdf5File _file;
    private readonly int _offsetSize;
    private readonly int _lengthSize;
    private readonly int _width;
    private readonly long _startSize;
    private readonly long _largestDirect;
    private readonly long _root;
    private readonly int _rows;

    /// <summary>Reads the header of a heap.</summary>
    internal FractalHeap(Hdf5File file, long address)
    {
        _file = file;
        var header = new Cursor(file.Read(address, 26 + (12 * file.LengthSize) + (3 * file.AddressSize)), file);
        header.Need("FRHP"u8);
        header.Skip(3);
        var filtered = header.UInt16();
        header.Skip(1);
        var largestObject = header.UInt32();
        header.Skip((10 * file.LengthSize) + (2 * file.AddressSize));
        _width = header.UInt16();
        _startSize = header.Length();
        _largestDirect = header.Length();
        var bits = header.UInt16();
        header.Skip(2);
        _root = header.Address();
        _rows = header.UInt16();
        if (filtered != 0 || _width == 0 || _startSize == 0 || bits == 0 || bits > 64)
        {
            throw new FileProblem("The HDF5 file keeps its names in a form that no Keras file has.");
        }

        _offsetSize = (bits + 7) / 8;
        _lengthSize = Math.Min((BitOperations.Log2((ulong)_largestDirect) + 7) / 8, (BitOperations.Log2(largestObject) / 8) + 1);
    }

    /// <summary>An object by its number in the heap.</summary>
    internal byte[] Read(ReadOnlySpan<byte> id)
    {
        var cursor = new Cursor(id, _file);
        if ((cursor.Byte() & 0x30) != 0)
        {
            throw new FileProblem("The HDF5 file keeps a name in a form that no Keras file has.");
        }

        var offset = cursor.Number(_offsetSize);
        var length = cursor.Number(_lengthSize);
        return _file.Read(_rows == 0 ? _root + offset : Find(_root, _rows, offset, 0), length);
    }

    /// <summary>The place in the file of an offset in the heap: blocks double in size from row to row.</summary>
    private long Find(long block, int rows, long offset, int depth)
    {
        var header = new Cursor(_file.Read(block, 5 + _file.AddressSize + _offsetSize), _file);
        header.Need("FHIB"u8);
        var at = block + 5 + _file.AddressSize + _offsetSize;
        var size = _startSize;
        for (var row = 0; row < rows && depth < 32; row++)
        {
            if (row > 1)
            {
                size = checked(size * 2);
            }

            if (offset < size * _width)
            {
                var column = offset / size;
                var pointer = new Cursor(_file.Read(at + (column * _file.AddressSize), _file.AddressSize), _file);
                var child = pointer.Address();
                return size <= _largestDirect ? child + (offset % size)
                    : Find(child, RowsWithin(size), offset % size, depth + 1);
            }

            offset -= size * _width;
            at += (long)_width * _file.AddressSize;
        }

        throw new FileProblem("The HDF5 file is damaged: a name in it is missing.");
    }

    /// <summary>How many rows an indirect block has that covers so many bytes.</summary>
    private int RowsWithin(long size)
    {
        var rows = 1;
        for (var covered = _startSize * _width; covered < size; covered *= 2)
        {
            rows++;
        }

        return rows;
    }
}
