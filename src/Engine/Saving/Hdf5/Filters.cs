using System.IO.Compression;

namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>What was done to the pieces of an array when it was written, and is undone here.</summary>
internal sealed class Filters
{
    /// <summary>How many times its length a piece may become: what deflate can do at the very most.</summary>
    internal const long MostExpansion = 1032;

    private const int Deflate = 1;
    private const int Shuffle = 2;
    private const int Checksum = 3;
    private const int Lzf = 32000; // h5py's own

    private readonly List<int> _ids = [];

    /// <summary>Whether anything was done at all.</summary>
    internal bool Any => _ids.Count > 0;

    /// <summary>Reads what was done.</summary>
    internal static Filters Read(ObjectHeader header, Hdf5File file)
    {
        var filters = new Filters();
        if (header.Find(MessageType.Filters) is not { } message)
        {
            return filters;
        }

        var cursor = new Cursor(message.Span, file);
        var version = cursor.Byte();
        var count = cursor.Byte();
        cursor.Skip(version == 1 ? 6 : 0);
        for (var i = 0; i < count; i++)
        {
            var id = cursor.UInt16();
            var nameLength = version == 1 || id >= 256 ? cursor.UInt16() : 0;
            cursor.Skip(2);
            var values = cursor.UInt16();
            cursor.Skip(version == 1 ? (nameLength + 7) & ~7 : nameLength);
            cursor.Skip(4 * values);
            cursor.Skip(version == 1 && values % 2 != 0 ? 4 : 0);
            filters._ids.Add(id is Deflate or Shuffle or Checksum or Lzf ? id
                : throw new FileProblem($"The HDF5 file compresses an array by filter {id}, which is not known here; gzip and lzf are."));
        }

        return filters;
    }

    /// <summary>The elements of a piece, from what is stored of it.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="skipped">Which filters were left out for this piece, a bit each.</param>
    /// <param name="length">How many bytes the elements have.</param>
    /// <param name="size">How many bytes an element has.</param>
    internal byte[] Undo(byte[] stored, uint skipped, int length, int size)
    {
        for (var i = _ids.Count - 1; i >= 0; i--)
        {
            if ((skipped >> i & 1) == 0)
            {
                stored = _ids[i] switch
                {
                    Deflate => Inflate(stored, length),
                    Shuffle => Unshuffle(stored, size),
                    Lzf => Unpack(stored, length),
                    _ => stored[..Math.Max(0, stored.Length - 4)],
                };
            }
        }

        return stored.Length >= length ? stored : throw new FileProblem("The HDF5 file is damaged: a piece of an array is too short.");
    }

    private static byte[] Inflate(byte[] stored, int length)
    {
        const int checksum = 4;
        if (length > stored.Length * MostExpansion)
        {
            throw new FileProblem("The HDF5 file is damaged: a piece of an array is too short.");
        }

        using var inflated = new ZLibStream(new MemoryStream(stored), CompressionMode.Decompress);
        var bytes = new byte[length + checksum];
        var read = inflated.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..read];
    }

    /// <summary>Undoes LZF: runs of bytes as they are, and runs that were there before.</summary>
    private static byte[] Unpack(byte[] stored, int length)
    {
        const int checksum = 4;
        const int most = 264;
        if (length > stored.Length * (long)most)
        {
            throw new FileProblem("The HDF5 file is damaged: a piece of an array is too short.");
        }

        var bytes = new byte[length + checksum];
        int from = 0, to = 0;
        while (from < stored.Length)
        {
            int control = stored[from++];
            if (control < 32)
            {
                control++;
                NeedRoom(control, stored.Length - from, bytes.Length - to);
                stored.AsSpan(from, control).CopyTo(bytes.AsSpan(to));
                (from, to) = (from + control, to + control);
                continue;
            }

            var run = control >> 5;
            NeedRoom(run == 7 ? 2 : 1, stored.Length - from, bytes.Length);
            run += run == 7 ? stored[from++] : 0;
            var before = to - ((control & 31) << 8) - stored[from++] - 1;
            NeedRoom(run + 2, int.MaxValue, before < 0 ? 0 : bytes.Length - to);
            for (var i = 0; i < run + 2; i++)
            {
                bytes[to++] = bytes[before++]; // the two may overlap
            }
        }

        return bytes[..to];

        static void NeedRoom(int count, int there, int room)
        {
            if (count > there || count > room)
            {
                throw new FileProblem("The HDF5 file is damaged: a piece of an array cannot be unpacked.");
            }
        }
    }

    private static byte[] Unshuffle(byte[] bytes, int size)
    {
        var count = bytes.Length / size;
        var elements = (byte[])bytes.Clone();
        for (var part = 0; part < size; part++)
        {
            for (var i = 0; i < count; i++)
            {
                elements[(i * size) + part] = bytes[(part * count) + i];
            }
        }

        return elements;
    }
}
