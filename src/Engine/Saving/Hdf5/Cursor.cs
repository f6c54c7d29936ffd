using System.Buffers.Binary;
using System.Text;

namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>Reads the numbers of a piece of an HDF5 file one after the other.</summary>
/// <param name="bytes">The piece.</param>
/// <param name="file">The file, which says how long addresses and lengths are.</param>
internal ref struct Cursor(ReadOnlySpan<byte> bytes, Hdf5File file)
{
    /// <summary>An address that stands for nowhere.</summary>
    internal const long Nowhere = -1;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>How many bytes are left.</summary>
    internal readonly int Left => _rest.Length;

    /// <summary>What is left.</summary>
    internal readonly ReadOnlySpan<byte> Rest => _rest;

    internal ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new FileProblem("The HDF5 file is damaged: a part of it is shorter than it says.");
        }

        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    internal void Skip(long count) => Take(count);

    internal byte Byte() => Take(1)[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A number of so many bytes; too large a one is no length that a file can have.</summary>
    internal long Number(int size)
    {
        ulong number = 0;
        var digits = Take(size);
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            if (number >> 56 != 0)
            {
                throw new FileProblem("The HDF5 file is damaged: a number in it is out of all bounds.");
            }

            number = (number << 8) | digits[i];
        }

        return number <= long.MaxValue ? (long)number : throw new FileProblem("The HDF5 file is damaged: a number in it is out of all bounds.");
    }

    /// <summary>A length.</summary>
    internal long Length() => Number(file.LengthSize);

    /// <summary>A place in the file, or <see cref="Nowhere"/>.</summary>
    internal long Address()
    {
        var digits = Take(file.AddressSize);
        if (digits.IndexOfAnyExcept((byte)0xFF) < 0)
        {
            return Nowhere;
        }

        var cursor = new Cursor(digits, file);
        return cursor.Number(file.AddressSize);
    }

    /// <summary>Checks the four letters that begin a structure.</summary>
    internal void Need(ReadOnlySpan<byte> signature)
    {
        if (!Take(signature.Length).SequenceEqual(signature))
        {
            throw new FileProblem($"The HDF5 file is damaged: where {Encoding.ASCII.GetString(signature)} is due, there is something else.");
        }
    }

    /// <summary>Text up to a zero byte, or of all these bytes.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
