using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>Reads the format of MNIST's files: a type, the lengths of the axes, the values; gzipped or not.</summary>
/// <remarks>Source: LeCun, Cortes and Burges, "The MNIST database".</remarks>
internal static class IdxFile
{
    private const int MostAxes = 8;
    private const long MostExpansion = 1100; // gzip packs at most about 1,032 times

    /// <summary>Reads a file; the tensor belongs to the caller's scope.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sha256">What the unpacked content must have as its SHA-256; null takes any.</param>
    /// <exception cref="DataException">It is no such file, or another one than it should be.</exception>
    internal static Tensor Read(string path, string? sha256 = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return Unpacked(path, (stream, available) =>
        {
            var header = ReadHeader(stream, path, hash);
            if (header.Size > available)
            {
                throw new DataException($"{path} says it has {string.Join(" × ", header.Shape)} values, and is too short for them.");
            }

            var values = ReadValues(
                bytes =>
                {
                    stream.ReadExactly(bytes);
                    hash.AppendData(bytes);
                },
                header.Type,
                header.Shape);
            if (stream.ReadByte() != -1)
            {
                throw new DataException($"{path} goes on after its values.");
            }

            return sha256 is null || Convert.ToHexStringLower(hash.GetHashAndReset()) == sha256
                ? values
                : throw new DataException($"{path} is not the file it should be: its SHA-256 differs. Remove it and fetch it again.");
        });
    }

    /// <summary>Shape and type of a file's values; the first axis is the examples.</summary>
    /// <exception cref="DataException">It is no such file.</exception>
    internal static (DataType Type, long[] Shape) ReadHeader(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return Unpacked(path, (stream, _) =>
        {
            var header = ReadHeader(stream, path, hash);
            return (header.Type, header.Shape);
        });
    }

    /// <summary>Where the values begin in a file that is not packed; null where it is.</summary>
    internal static long? ValuesAt(string path)
    {
        using var file = DataFile.OpenRead(path);
        return file.ReadByte() == 0x1F && file.ReadByte() == 0x8B ? null : 4 + (4 * ReadHeader(path).Shape.Length);
    }

    /// <summary>A file's values as they stand in it, unpacked; the first number of each is the greatest byte.</summary>
    internal static Stream OpenValues(string path)
    {
        var file = DataFile.OpenRead(path);
        var packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadHeader(stream, path, hash);
        return stream;
    }

    /// <summary>Makes an array of its bytes, in the caller's scope.</summary>
    internal static Tensor ReadValues(ReadBytes read, DataType type, long[] shape)
    {
        var values = empty(shape, type.ToTorch());
        var size = (int)values.dtype.ElementSize();
        foreach (var part in TensorBytes.Of(values))
        {
            read(part.Span);
            for (var i = 0; size > 1 && i < part.Span.Length; i += size)
            {
                part.Span.Slice(i, size).Reverse();
            }
        }

        return values;
    }

    private static T Unpacked<T>(string path, Func<Stream, long, T> read)
    {
        using var file = DataFile.OpenRead(path);
        var packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            return read(stream, packed ? file.Length * MostExpansion : file.Length);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw new DataException($"{path} is damaged: it ends too early or cannot be unpacked.", error);
        }
    }

    private static Header ReadHeader(Stream stream, string path, IncrementalHash hash)
    {
        var start = new byte[4];
        stream.ReadExactly(start);
        hash.AppendData(start);
        DataType? type = start[2] switch
        {
            0x08 => DataType.UInt8,
            0x09 => DataType.Int8,
            0x0B => DataType.Int16,
            0x0C => DataType.Int32,
            0x0D => DataType.Float32,
            0x0E => DataType.Float64,
            _ => null,
        };
        if (start[0] != 0 || start[1] != 0 || type is null || start[3] is 0 or > MostAxes)
        {
            throw new DataException($"{path} is no idx file.");
        }

        var axes = new byte[4 * start[3]];
        stream.ReadExactly(axes);
        hash.AppendData(axes);
        return new Header(type.Value, [.. Enumerable.Range(0, start[3]).Select(axis => (long)BinaryPrimitives.ReadUInt32BigEndian(axes.AsSpan(4 * axis)))]);
    }

    private sealed record Header(DataType Type, long[] Shape)
    {
        /// <summary>Bytes of all values.</summary>
        internal double Size => Shape.Aggregate((double)Type.ToTorch().ElementSize(), (product, length) => product * length);
    }
}
