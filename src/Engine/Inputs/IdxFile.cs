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
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream stream = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var values = Read(stream, packed ? file.Length * MostExpansion : file.Length, path, hash);
            if (stream.ReadByte() != -1)
            {
                throw new DataException($"{path} goes on after its values.");
            }

            return sha256 is null || Convert.ToHexStringLower(hash.GetHashAndReset()) == sha256
                ? values
                : throw new DataException($"{path} is not the file it should be: its SHA-256 differs. Fetch it again.");
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw new DataException($"{path} is damaged: it ends too early or cannot be unpacked.", error);
        }
    }

    private static Tensor Read(Stream stream, long available, string path, IncrementalHash hash)
    {
        var start = new byte[4];
        stream.ReadExactly(start);
        hash.AppendData(start);
        var (type, size) = start[2] switch
        {
            0x08 => (DataType.UInt8, 1),
            0x09 => (DataType.Int8, 1),
            0x0B => (DataType.Int16, 2),
            0x0C => (DataType.Int32, 4),
            0x0D => (DataType.Float32, 4),
            0x0E => (DataType.Float64, 8),
            _ => (DataType.String, 0),
        };
        if (start[0] != 0 || start[1] != 0 || size == 0 || start[3] is 0 or > MostAxes)
        {
            throw new DataException($"{path} is no idx file.");
        }

        var axes = new byte[4 * start[3]];
        stream.ReadExactly(axes);
        hash.AppendData(axes);
        var shape = new long[start[3]];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(axes.AsSpan(4 * i));
        }

        if (shape.Aggregate(1.0, (product, length) => product * length) * size > available)
        {
            throw new DataException($"{path} says it has {string.Join(" × ", shape)} values, and is too short for them.");
        }

        var values = empty(shape, type.ToTorch());
        foreach (var part in Npy.Parts(values))
        {
            stream.ReadExactly(part.Span);
            hash.AppendData(part.Span);
            if (size > 1)
            {
                for (var i = 0; i < part.Span.Length; i += size)
                {
                    part.Span.Slice(i, size).Reverse();
                }
            }
        }

        return values;
    }
}
