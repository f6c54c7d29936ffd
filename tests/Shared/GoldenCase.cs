using System.Text.Json.Nodes;

namespace ExperimentRunner.Tests;

/// <summary>One case: a folder in the archive.</summary>
internal sealed record GoldenCase(string Set, string Name)
{
    /// <summary>The case's files, as <c>model.keras</c> and <c>files/best.keras</c>.</summary>
    public IReadOnlyList<string> Files => GoldenCases.Files($"{Set}/{Name}");

    public byte[] Bytes(string file) => GoldenCases.Bytes($"{Set}/{Name}/{file}");

    public Stream Open(string file) => new MemoryStream(Bytes(file), writable: false);

    public JsonNode Json(string file) => JsonNode.Parse(Bytes(file))!;

    /// <summary>Writes the case's files into a folder of its own, which goes away with what is returned.</summary>
    public TempFolder Extract()
    {
        var folder = new TempFolder();
        foreach (var file in Files)
        {
            var path = folder.Of(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Bytes(file));
        }
        return folder;
    }
}
