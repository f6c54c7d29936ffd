namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>Where a piece of an array is stored.</summary>
/// <param name="Address">Where it begins; nowhere when it was never written.</param>
/// <param name="Length">How many bytes are stored.</param>
/// <param name="Skipped">Which filters were left out for it, a bit each.</param>
internal readonly record struct ChunkEntry(long Address, long Length, uint Skipped)
{
    /// <summary>Reads an entry of an index.</summary>
    /// <param name="cursor">Where it stands.</param>
    /// <param name="lengthSize">How many bytes tell the stored length; 0 where all pieces have the same.</param>
    /// <param name="length">How many bytes a piece has that is stored as it is.</param>
    internal static ChunkEntry Read(ref Cursor cursor, int lengthSize, long length)
    {
        var address = cursor.Address();
        return lengthSize == 0 ? new ChunkEntry(address, length, 0) : new ChunkEntry(address, cursor.Number(lengthSize), cursor.UInt32());
    }

    /// <summary>How many bytes tell the stored length in entries of a size.</summary>
    internal static int LengthSize(int entrySize, Hdf5File file, bool filtered)
    {
        var size = filtered ? entrySize - file.AddressSize - 4 : 0;
        return (filtered ? size is >= 1 and <= 8 : entrySize == file.AddressSize) ? size
            : throw new FileProblem("The HDF5 file is damaged: the list of an array's pieces has no sense.");
    }
}
