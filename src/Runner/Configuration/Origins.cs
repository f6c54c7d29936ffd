using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Where each value of an experiment was written; what is not here stands at its default.</summary>
internal sealed class Origins
{
    private const int LongestLine = 200;
    private const long LargestFile = 64L << 20;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, Origin> _byPath;

    private Origins(Dictionary<string, Origin> byPath) => _byPath = byPath;

    /// <summary>The origins of an experiment.</summary>
    /// <param name="written">The experiment with every default filled in; what was read keeps its place.</param>
    /// <param name="root">The experiment as it was merged.</param>
    /// <param name="files">The files it was read from, the experiment file first.</param>
    internal static Origins Of(Node written, Node root, IReadOnlyList<SourceFile> files)
    {
        var given = FlatSettings.Of(root).All.DistinctBy(setting => setting.Path).ToDictionary(setting => setting.Path, setting => setting.At, StringComparer.Ordinal);
        var byPath = new Dictionary<string, Origin>(StringComparer.Ordinal);
        foreach (var setting in FlatSettings.Of(written).All)
        {
            var at = setting.At == SourceSpan.Nowhere ? given.GetValueOrDefault(setting.Path, SourceSpan.Nowhere) : setting.At;
            if (at != SourceSpan.Nowhere)
            {
                byPath[setting.Path] = new Origin(KindOf(at.Source, files), at.ToString(), Shortened(at));
            }
        }

        return new Origins(byPath);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where it cannot be read.</summary>
    internal static Origins? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length <= LargestFile && JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject json
                ? new Origins(json.Where(pair => pair.Value is JsonArray { Count: 3 }).ToDictionary(
                    pair => pair.Key, pair => new Origin((string?)pair.Value![0] ?? "", (string?)pair.Value[1] ?? "", (string?)pair.Value[2] ?? ""), StringComparer.Ordinal))
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Where a value was written; null where it stands at its default.</summary>
    internal Origin? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>Writes them as JSON: by path, what kind of place it is, the place, and the line there.</summary>
    internal string ToJson() => new JsonObject(_byPath.Select(pair => KeyValuePair.Create<string, JsonNode?>(
        pair.Key, new JsonArray(pair.Value.Kind, pair.Value.At, pair.Value.Line)))).ToJsonString(Readable) + "\n";

    private static string KindOf(SourceText source, IReadOnlyList<SourceFile> files) =>
        source.Name == Overrides.SourceName ? Origin.Override : files.Count > 0 && source == files[0].Text ? Origin.File : Origin.Extended;

    private static string Shortened(SourceSpan at)
    {
        var line = at.Source.Line(at.Line).Trim();
        return line.Length <= LongestLine ? line : string.Create(CultureInfo.InvariantCulture, $"{line.AsSpan(0, LongestLine)}…");
    }
}

/// <summary>Where a value was written.</summary>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="At">The place: <c>experiments/cnn.yaml:14:9</c>.</param>
/// <param name="Line">The line there, or the argument.</param>
internal sealed record Origin(string Kind, string At, string Line)
{
    /// <summary>The experiment file itself.</summary>
    internal const string File = "file";

    /// <summary>A file that it extends.</summary>
    internal const string Extended = "extends";

    /// <summary>An argument of <c>--set</c>.</summary>
    internal const string Override = "--set";

    /// <summary>In words: <c>experiments/cnn.yaml:14:9</c>, <c>base.yaml:3:5 (extends)</c>, <c>--set seed=2</c>.</summary>
    internal string Words => Kind switch
    {
        Override => $"--set {Line}",
        Extended => $"{At} (extends)",
        _ => At,
    };
}
