namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>An HDF5 file, read as data from someone unknown.</summary>
/// <remarks>
/// Groups, attributes and arrays of numbers in every layout that h5py writes by itself. Everything is checked against the bytes that
/// are there before memory is taken, and nothing leads out of the file: soft and external links, external and virtual arrays are
/// refused. Source: HDF5 File Format Specification, version 3.0 (The HDF Group).
/// </remarks>
internal sealed class Hdf5File
{
    private const long LargestBlock = 1 << 20;
    private readonly Dictionary<long, Dictionary<int, (long At, long Length)>> _heaps = [];
    private readonly ByteSource _bytes;
    private readonly long _base;

    /// <summary>Reads where the file begins.</summary>
    /// <exception cref="FileProblem">It is no HDF5 file, or a damaged one.</exception>
    internal Hdf5File(ByteSource bytes)
    {
        _bytes = bytes;
        var start = bytes.Read(0, Math.Min(128, bytes.Length));
        for (long block = 512; !IsHdf5(start) && block < bytes.Length && block <= LargestBlock; block *= 2)
        {
            start = bytes.Read(block, Math.Min(128, bytes.Length - block));
        }

        if (!IsHdf5(start))
        {
            throw new FileProblem("This is no HDF5 file.");
        }

        var cursor = new Cursor(start.AsSpan(Signature.Length), this);
        var version = cursor.Byte();
        if (version <= 1)
        {
            cursor.Skip(4);
            (AddressSize, LengthSize) = Sizes(cursor.Byte(), cursor.Byte());
            cursor.Skip(version == 0 ? 9 : 13);
            _base = cursor.Address();
            cursor.Skip(3 * AddressSize);
            cursor.Skip(AddressSize); // the name of the root, which has none
            Root = Group(cursor.Address());
            return;
        }

        (AddressSize, LengthSize) = Sizes(cursor.Byte(), cursor.Byte());
        cursor.Skip(1);
        _base = cursor.Address();
        cursor.Skip(2 * AddressSize);
        Root = Group(cursor.Address());
    }

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>The group that holds all others.</summary>
    internal Hdf5Group Root { get; }

    /// <summary>How many bytes an address has.</summary>
    internal int AddressSize { get; }

    /// <summary>How many bytes a length has.</summary>
    internal int LengthSize { get; }

    /// <summary>How long the file is.</summary>
    internal long Length => _bytes.Length;

    /// <summary>
    /// Whether something is an HDF5 file, perhaps behind a block that is its user's own. An archive is none, even where the HDF5 file
    /// that is stored in it begins just where one behind such a block would.
    /// </summary>
    internal static bool IsHdf5(ByteSource bytes)
    {
        if (bytes.Read(0, Math.Min(2, bytes.Length)).AsSpan().StartsWith("PK"u8))
        {
            return false;
        }

        for (long block = 0; block + Signature.Length <= bytes.Length && block <= LargestBlock; block = Math.Max(512, block * 2))
        {
            if (IsHdf5(bytes.Read(block, Signature.Length)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a file that begins so is an HDF5 file.</summary>
    internal static bool IsHdf5(ReadOnlySpan<byte> start) => start.StartsWith(Signature);

    /// <summary>Some bytes of the file.</summary>
    internal byte[] Read(long address, long length) => address == Cursor.Nowhere
        ? throw new FileProblem("The HDF5 file is damaged: it leads nowhere.")
        : _bytes.Read(_base + address, length);

    /// <summary>Copies some bytes of the file to where they are wanted.</summary>
    internal void Read(long address, Span<byte> bytes)
    {
        if (address == Cursor.Nowhere)
        {
            throw new FileProblem("The HDF5 file is damaged: it leads nowhere.");
        }

        _bytes.Read(_base + address, bytes);
    }

    /// <summary>Up to so many bytes of the file, fewer where it ends.</summary>
    internal byte[] ReadUpTo(long address, long length) => Read(address, Math.Clamp(_bytes.Length - _base - address, 0, length));

    /// <summary>The group whose header stands at an address.</summary>
    internal Hdf5Group Group(long address) => new(this, new ObjectHeader(this, address));

    /// <summary>An object of a global heap: what text of any length is kept in.</summary>
    internal byte[] HeapObject(long address, int index)
    {
        if (!_heaps.TryGetValue(address, out var objects))
        {
            _heaps[address] = objects = ReadHeap(address);
        }

        return objects.TryGetValue(index, out var place) ? Read(place.At, place.Length)
            : throw new FileProblem("The HDF5 file is damaged: a text in it is missing.");
    }

    private static (int, int) Sizes(byte address, byte length) => address is 2 or 4 or 8 && length is 2 or 4 or 8 ? (address, length)
        : throw new FileProblem("The HDF5 file is damaged at its very beginning.");

    private Dictionary<int, (long At, long Length)> ReadHeap(long address)
    {
        var headerLength = 8 + LengthSize;
        var header = new Cursor(Read(address, headerLength), this);
        header.Need("GCOL"u8);
        header.Skip(4);
        var bytes = Read(address, header.Length());
        var cursor = new Cursor(bytes, this);
        cursor.Skip(headerLength);
        var objects = new Dictionary<int, (long, long)>();
        while (cursor.Left >= 8 + LengthSize)
        {
            var index = cursor.UInt16();
            cursor.Skip(6);
            var length = cursor.Length();
            if (index == 0)
            {
                break;
            }

            objects[index] = (address + bytes.Length - cursor.Left, length);
            cursor.Skip(Math.Min((length + 7) & ~7, cursor.Left));
        }

        return objects;
    }
}
