namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>An array in an HDF5 file.</summary>
internal static class Hdf5Dataset
{
    private const int Compact = 0;
    private const int Contiguous = 1;
    private const int Chunked = 2;

    /// <summary>Opens an array of numbers; its elements are read when asked for.</summary>
    /// <exception cref="FileProblem">It holds something else, lies elsewhere, or is larger than the file allows.</exception>
    internal static StoredArray Open(Hdf5File file, ObjectHeader header)
    {
        if (header.Find(MessageType.ExternalFiles) is not null)
        {
            throw new FileProblem("An array lies in another file, which a file of weights may not ask for.");
        }

        var shape = Dataspace.Read(header.Need(MessageType.Dataspace).Span, file) ?? [0];
        var type = Datatype.Read(header.Need(MessageType.Datatype).Span, file);
        if (type.Number is not { } number)
        {
            throw new FileProblem("An array in the file holds something other than numbers.");
        }

        if (type.Class == 1 && type.Size == 2 && Hdf5Attribute.ReadAll(file, header).TryGetValue("dtype", out var said) && said.Texts() is ["bfloat16"])
        {
            number = StoredType.BFloat16;
        }

        var length = checked(Dataspace.CountOf(shape) * type.Size);
        return new StoredArray(shape, number, type.BigEndian, Reader(file, header, shape, type.Size, length));
    }

    private static Action<Span<byte>> Reader(Hdf5File file, ObjectHeader header, long[] shape, int size, long length)
    {
        var cursor = new Cursor(header.Need(MessageType.Layout).Span, file);
        var version = cursor.Byte();
        if (version is < 3 or > 4)
        {
            throw new FileProblem("The HDF5 file keeps an array in a form that no Keras file has.");
        }

        switch (cursor.Byte())
        {
            case Compact:
                var kept = cursor.Take(cursor.UInt16());
                var data = kept[..(int)Math.Min(kept.Length, length)].ToArray();
                NeedWhole(data.Length, length);
                return bytes => data.CopyTo(bytes);
            case Contiguous:
                var address = cursor.Address();
                NeedSize(length, file.Length);
                return bytes => file.Read(address, bytes);
            case Chunked:
                var filters = Filters.Read(header, file);
                var chunks = version == 3 ? ChunkList.Read(cursor, file, shape.Length) : ChunkList.ReadNew(cursor, file, shape, Dataspace.GrowingAxis(header.Need(MessageType.Dataspace).Span, file), size, filters.Any);
                NeedSize(length, filters.Any ? file.Length * Filters.MostExpansion : file.Length);
                return bytes => chunks.Gather(file, filters, shape, size, length).CopyTo(bytes);
            default:
                throw new FileProblem("An array is put together from other files, which a file of weights may not ask for.");
        }
    }

    private static void NeedWhole(long there, long length)
    {
        if (there != length)
        {
            throw new FileProblem("An array has more or fewer bytes than its shape says.");
        }
    }

    /// <summary>An array cannot be larger than what the file's bytes can become.</summary>
    private static void NeedSize(long length, long most)
    {
        if (length > most || length > Array.MaxLength)
        {
            throw new FileProblem($"An array is said to have {length} bytes, which this file cannot hold.");
        }
    }
}
