using System.Buffers.Binary;
using System.Security.Cryptography;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Tells a large file apart from another without reading it whole.</summary>
internal static class FileDigest
{
    private const int Parts = 256;
    private const int PartBytes = 1 << 16;

    /// <summary>
    /// The SHA-256 of a file's length, as eight bytes, and 256 parts of it of 64 KiB, spread evenly from its first byte to its last; the whole
    /// content where it is no longer than that.
    /// </summary>
    internal static string OfParts(string path)
    {
        using var file = DataFile.OpenHandle(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (length, part, size) = (RandomAccess.GetLength(file), new byte[PartBytes], new byte[sizeof(long)]);
        var whole = length <= (long)Parts * PartBytes;
        if (!whole)
        {
            BinaryPrimitives.WriteInt64LittleEndian(size, length);
            hash.AppendData(size);
        }

        for (var i = 0L; i < (whole ? (length + PartBytes - 1) / PartBytes : Parts); i++)
        {
            var at = whole ? i * PartBytes : (long)((length - PartBytes) * (i / (Parts - 1.0)));
            hash.AppendData(part, 0, DataFile.Read(file, part, at, path));
        }

        return $"{(whole ? "sha256" : "sha256-of-parts")}:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
