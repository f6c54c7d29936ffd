using System.IO.Compression;
using ExperimentRunner.Engine.Inputs;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Reads and writes NumPy's archives of named arrays.</summary>
public static class Npz
{
    private const long MostExpansion = 1100; // deflate packs at most about 1,032 times

    /// <summary>The headers of all arrays, by name.</summary>
    /// <exception cref="DataException">It is no such archive.</exception>
    public static IReadOnlyDictionary<string, NpyHeader> ReadHeaders(string path) => Each(path, (entry, name) =>
    {
        using var stream = entry.Open();
        return Npy.ReadHeader(stream, name);
    });

    /// <summary>All arrays, by name; they belong to the caller's scope.</summary>
    /// <exception cref="DataException">It is no such archive.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path) => Each(path, (entry, name) =>
    {
        if (entry.Length > MostExpansion * Math.Max(1024, entry.CompressedLength))
        {
            throw new DataException($"{name} says it unpacks to {entry.Length} bytes, which cannot be.");
        }

        using var stream = new BufferedStream(entry.Open(), 1 << 16);
        return Npy.Read(stream, entry.Length, name);
    });

    /// <summary>Writes arrays into a new archive, whole or not at all.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> arrays) => WholeFile.Write(path, file =>
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, values) in arrays)
        {
            using var entry = archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression).Open();
            Npy.Write(entry, values);
        }
    });

    private static Dictionary<string, T> Each<T>(string path, Func<ZipArchiveEntry, string, T> read)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return archive.Entries
                .Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal))
                .ToDictionary(entry => entry.FullName[..^4], entry => read(entry, $"{path}: {entry.FullName[..^4]}"), StringComparer.Ordinal);
        }
        catch (InvalidDataException error)
        {
            throw new DataException($"{path} is no npz archive.", error);
        }
        catch (ArgumentException error)
        {
            throw new DataException($"{path} has two arrays of one name.", error);
        }
    }
}
