using System.Buffers.Binary;
using System.Numerics;

namespace ExperimentRunner.Engine.Saving.TensorBoard;

/// <summary>TensorFlow's file of records: each has its length and its bytes, each of the two with a masked CRC-32C behind it.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tensorflow/core/lib/io/record_writer.h</c>. Numbers are little-endian.</remarks>
internal sealed class RecordFile : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Begins a new file.</summary>
    internal RecordFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
    }

    /// <summary>Goes on with a file as it was at a length.</summary>
    internal RecordFile(string path, long length)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        _file.SetLength(Math.Min(length, _file.Length));
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>Adds a record.</summary>
    internal void Add(ReadOnlySpan<byte> content)
    {
        Span<byte> length = stackalloc byte[8];
        Span<byte> check = stackalloc byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(length, content.Length);
        _file.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(check, MaskedCheck(length));
        _file.Write(check);
        _file.Write(content);
        BinaryPrimitives.WriteUInt32LittleEndian(check, MaskedCheck(content));
        _file.Write(check);
    }

    /// <summary>Hands what was added to the system.</summary>
    internal void Flush() => _file.Flush();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>A CRC-32C, turned and moved, so that checking a record that itself holds such sums finds errors too.</summary>
    private static uint MaskedCheck(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return BitOperations.RotateRight(~sum, 15) + 0xA282EAD8;
    }
}
