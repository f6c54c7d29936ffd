using System.IO.Compression;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Reads and writes NumPy's archives of named arrays.</summary>
/// <remarks>Source: NumPy, <c>numpy.savez</c>: a ZIP of one file in NumPy's format for each array.</remarks>
public static class Npz
{
    private const string Extension = ".npy";
    private const long MostExpansion = 1100; // deflate packs at most about 1,032 times
    private static readonly DateTimeOffset WrittenAt = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // ZIP's first day: the same arrays make the same file

    /// <summary>The headers of all arrays, by name.</summary>
    /// <exception cref="DataException">It is no such archive, or not there.</exception>
    public static IReadOnlyDictionary<string, NpyHeader> ReadHeaders(string path) => Each(path, (entry, name) =>
    {
        using var stream = entry.Open();
        return Npy.ReadHeader(stream, name);
    });

    /// <summary>All arrays, by name; numbers belong to the caller's scope.</summary>
    /// <exception cref="DataException">It is no such archive, or not there.</exception>
    public static IReadOnlyDictionary<string, ArrayValues> ReadAll(string path) => Each(path, (entry, name) =>
    {
        if (entry.Length > MostExpansion * Math.Max(1024, entry.CompressedLength))
        {
            throw new DataException($"{name} says it unpacks to {entry.Length} bytes, which cannot be.");
        }

        using var stream = new BufferedStream(entry.Open(), 1 << 16);
        return Npy.ReadAny(stream, entry.Length, name);
    });

    /// <summary>All arrays of an archive that has only numbers, by name; they belong to the caller's scope.</summary>
    /// <exception cref="DataException">It is no such archive, or not there, or has text.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path) => ReadAll(path).ToDictionary(
        array => array.Key,
        array => array.Value.Numbers ?? throw new DataException($"{path}: {array.Key} is text, where numbers are due."),
        StringComparer.Ordinal);

    /// <summary>Writes arrays into a new archive, whole or not at all.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> arrays) =>
        Write(path, arrays.Select(array => KeyValuePair.Create(array.Key, new ArrayValues(array.Value))));

    /// <summary>Writes arrays into a new archive, whole or not at all.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, ArrayValues>> arrays) => WholeFile.Write(path, file =>
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, values) in arrays)
        {
            using var stream = NewEntry(archive, name);
            if (values.Text is { } text)
            {
                Npy.Write(stream, text);
            }
            else
            {
                Npy.Write(stream, values.Numbers!);
            }
        }
    });

    /// <summary>Writes arrays into a new archive that are handed over part by part. The first goes there at once, the others through files beside it.</summary>
    /// <param name="file">The archive.</param>
    /// <param name="path">What it will be called.</param>
    /// <param name="names">The names of the arrays.</param>
    /// <param name="rows">How many rows each has.</param>
    /// <param name="fill">Hands over the parts, an array for each name.</param>
    public static void Write(FileStream file, string path, IReadOnlyList<string> names, long rows, Action<Action<IReadOnlyList<Tensor>>> fill)
    {
        var beside = names.Skip(1).Select((_, i) => new FileStream(
            WholeFile.NameBeside($"{path}.{i + 1}"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose)).ToList();
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
            using (var first = NewEntry(archive, names[0]))
            {
                Stream[] streams = [first, .. beside];
                var begun = false;
                fill(parts =>
                {
                    foreach (var (stream, part) in streams.Zip(parts))
                    {
                        if (!begun)
                        {
                            Npy.WriteHeader(stream, part, rows);
                        }

                        Npy.WriteValues(stream, part);
                    }

                    begun = true;
                });
            }

            foreach (var (name, stream) in names.Skip(1).Zip(beside))
            {
                using var entry = NewEntry(archive, name);
                stream.Position = 0;
                stream.CopyTo(entry);
            }
        }
        finally
        {
            beside.ForEach(stream => stream.Dispose());
        }
    }

    private static Stream NewEntry(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name + Extension, CompressionLevel.NoCompression);
        entry.LastWriteTime = WrittenAt;
        return entry.Open();
    }

    /// <summary>One array of an archive, unpacked while it is read; the archive is closed with it.</summary>
    /// <exception cref="DataException">It is no such archive, or not there, or has no such array.</exception>
    internal static Stream OpenEntry(string path, string name)
    {
        var file = DataFile.OpenRead(path);
        try
        {
            var archive = new ZipArchive(file, ZipArchiveMode.Read);
            var entry = archive.GetEntry(name + Extension) ?? throw new DataException($"{path} has no array '{name}' any more.");
            return new EntryStream(archive, entry.Open());
        }
        catch (Exception error) when (error is InvalidDataException or IOException or DataException)
        {
            file.Dispose();
            throw error as DataException ?? new DataException($"{path} is no npz archive, or it is damaged.", error);
        }
    }

    private static Dictionary<string, T> Each<T>(string path, Func<ZipArchiveEntry, string, T> read)
    {
        using var file = DataFile.OpenRead(path);
        var arrays = new Dictionary<string, T>(StringComparer.Ordinal);
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            foreach (var entry in archive.Entries.Where(entry => entry.FullName.EndsWith(Extension, StringComparison.Ordinal)))
            {
                var name = entry.FullName[..^Extension.Length];
                if (!arrays.TryAdd(name, read(entry, $"{path}: {name}")))
                {
                    throw new DataException($"{path} has two arrays called '{name}'.");
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new DataException($"{path} is no npz archive, or it is damaged.", error);
        }

        return arrays.Count > 0 ? arrays : throw new DataException($"{path} has no arrays.");
    }

    /// <summary>An entry of an archive that is closed with it.</summary>
    private sealed class EntryStream(ZipArchive archive, Stream entry) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => entry.Read(buffer);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                entry.Dispose();
                archive.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
