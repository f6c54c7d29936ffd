namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>The pieces of an array that does not grow, as HDF5 1.10 and later list them.</summary>
/// <remarks>Source: HDF5 File Format Specification, version 3.0, VII.D.</remarks>
internal static class FixedArray
{
    private const int ChecksumLength = 4;

    /// <summary>The entries, in order.</summary>
    internal static List<ChunkEntry> Read(Hdf5File file, long address, long length, bool filtered)
    {
        var header = new Cursor(file.Read(address, 8 + file.LengthSize + file.AddressSize), file);
        header.Need("FAHD"u8);
        header.Skip(2);
        var entrySize = header.Byte();
        var pageBits = header.Byte();
        var count = header.Length();
        var block = header.Address();
        var lengthSize = ChunkEntry.LengthSize(entrySize, file, filtered);
        if (count > file.Length || pageBits > 30)
        {
            throw new FileProblem("The HDF5 file is damaged: an array has more pieces than the file has bytes.");
        }

        var perPage = 1L << pageBits;
        var pages = count > perPage ? (count + perPage - 1) / perPage : 0;
        var start = 6 + file.AddressSize + ((pages + 7) / 8);
        var begin = new Cursor(file.Read(block, start), file);
        begin.Need("FADB"u8);
        var entries = new List<ChunkEntry>();
        var at = block + start + (pages > 0 ? ChecksumLength : 0);
        for (var left = count; left > 0; left -= perPage)
        {
            var here = Math.Min(left, perPage);
            var cursor = new Cursor(file.Read(at, here * entrySize), file);
            for (long i = 0; i < here; i++)
            {
                entries.Add(ChunkEntry.Read(ref cursor, lengthSize, length));
            }

            at += (here * entrySize) + ChecksumLength;
        }

        return entries;
    }
}
