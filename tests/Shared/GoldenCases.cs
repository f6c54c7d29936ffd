using System.IO.Compression;

namespace ExperimentRunner.Tests;

/// <summary>The packed cases of <c>tests/Golden</c>: what Keras and tf.estimator really compute.</summary>
/// <example><c>[Theory, MemberData(nameof(GoldenCases.Names), "keras3", MemberType = typeof(GoldenCases))]</c></example>
internal static class GoldenCases
{
    private static readonly Lock Gate = new(); // a ZipArchive has one reader at a time

    private static readonly ZipArchive Archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden.zip"));

    private static readonly string[] Paths = [.. Archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal)];

    /// <summary>The names of a set's cases (<c>keras2</c>, <c>keras3</c>, <c>training</c>, <c>fit</c>, <c>continue</c>).</summary>
    public static TheoryData<string> Names(string set)
    {
        var names = Paths.Where(path => path.StartsWith(set + "/", StringComparison.Ordinal))
            .Select(path => path.Split('/')[1]).Distinct().ToArray();
        Assert.NotEmpty(names);
        return new TheoryData<string>(names);
    }

    public static GoldenCase Open(string set, string name) => new(set, name);

    /// <summary>A file's content by its path in the archive, as <c>vocabulary/losses.json</c>.</summary>
    public static byte[] Bytes(string path)
    {
        lock (Gate)
        {
            using var content = (Archive.GetEntry(path) ?? throw new FileNotFoundException($"golden.zip has no '{path}'")).Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            return copy.ToArray();
        }
    }

    /// <summary>Paths below a folder of the archive, relative to it.</summary>
    public static IReadOnlyList<string> Files(string folder) =>
        [.. Paths.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)).Select(path => path[(folder.Length + 1)..])];
}
