namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>The shape of an array or an attribute.</summary>
internal static class Dataspace
{
    /// <summary>The lengths of the axes, none for a single value; null where there is no value at all.</summary>
    internal static long[]? Read(ReadOnlySpan<byte> message, Hdf5File file)
    {
        var cursor = new Cursor(message, file);
        var version = cursor.Byte();
        var rank = cursor.Byte();
        cursor.Skip(1);
        if (version is not (1 or 2))
        {
            throw new FileProblem("The HDF5 file has a shape in a form that no Keras file has.");
        }

        const byte none = 2;
        if (version == 1)
        {
            cursor.Skip(5);
        }
        else if (cursor.Byte() == none)
        {
            return null;
        }

        var axes = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            axes[i] = cursor.Length();
        }

        return axes;
    }

    /// <summary>The axis that may grow without end, or the first.</summary>
    internal static int GrowingAxis(ReadOnlySpan<byte> message, Hdf5File file)
    {
        var cursor = new Cursor(message, file);
        var version = cursor.Byte();
        var rank = cursor.Byte();
        var hasMost = (cursor.Byte() & 1) != 0;
        cursor.Skip(version == 1 ? 5 : 1);
        cursor.Skip(rank * file.LengthSize);
        for (var i = 0; hasMost && i < rank; i++)
        {
            if (cursor.Take(file.LengthSize).IndexOfAnyExcept((byte)0xFF) < 0)
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>How many elements such an array has; more than a file can hold is a mistake.</summary>
    internal static long CountOf(long[] axes)
    {
        long count = 1;
        foreach (var length in axes)
        {
            count = length == 0 || count <= (1L << 48) / length ? count * length
                : throw new FileProblem("An array in the HDF5 file is larger than any file.");
        }

        return count;
    }
}
