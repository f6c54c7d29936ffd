using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.Hdf5;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>All that stands in a file of a model, a line for each thing, so that two files can be compared.</summary>
internal static class SavedFile
{
    private static readonly string[] Configurations = ["model_config", "training_config"];

    /// <summary>The lines: members, groups, attributes with their types, arrays with their values, configurations key by key.</summary>
    public static IReadOnlyList<string> Lines(string path)
    {
        var lines = new List<string>();
        var bytes = File.ReadAllBytes(path);
        if (Hdf5File.IsHdf5(bytes))
        {
            Groups(bytes, lines);
            return lines;
        }

        using var archive = new ZipArchive(new MemoryStream(bytes));
        foreach (var member in archive.Entries)
        {
            lines.Add($"member {member.FullName}, {(member.Length == member.CompressedLength ? "stored" : "packed")}");
            if (member.FullName.EndsWith(".json", StringComparison.Ordinal))
            {
                Json(JsonNode.Parse(Encoding.UTF8.GetString(Content(member))), member.FullName, lines);
            }
            else
            {
                Groups(Content(member), lines);
            }
        }

        return lines;
    }

    /// <summary>What only one of two files has: <c>-</c> the first, <c>+</c> the second.</summary>
    public static IEnumerable<string> Differences(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
        [.. expected.Except(actual).Select(line => "- " + line), .. actual.Except(expected).Select(line => "+ " + line)];

    private static byte[] Content(ZipArchiveEntry member)
    {
        using var stream = member.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static void Groups(byte[] bytes, List<string> lines) => Group(new Hdf5File(ByteSource.Of(bytes)).Root, "", lines);

    private static void Group(Hdf5Group group, string path, List<string> lines)
    {
        lines.Add($"{path}/");
        foreach (var (name, attribute) in group.Attributes)
        {
            var texts = attribute.Texts();
            var type = $"{(attribute.Type.HasAnyLength ? "text" : $"class {attribute.Type.Class}")}[{string.Join(", ", attribute.Shape ?? [])}]";
            if (Configurations.Contains(name))
            {
                lines.Add($"{path}@{name} {type}");
                Json(JsonNode.Parse(texts[0]), name, lines);
            }
            else
            {
                lines.Add($"{path}@{name} {type} = {string.Join(", ", texts)}");
            }
        }

        foreach (var name in group.Names)
        {
            if (group.TryArray(name) is { } array)
            {
                using var scope = NewDisposeScope();
                lines.Add($"{path}/{name} {array.Type}[{string.Join(", ", array.Shape)}] = {Convert.ToHexString(array.ToTensor().bytes)}");
            }
            else
            {
                Group(group.TryGroup(name)!, $"{path}/{name}", lines);
            }
        }
    }

    private static void Json(JsonNode? json, string path, List<string> lines)
    {
        switch (json)
        {
            case JsonObject map:
                lines.Add($"{path}{{}}");
                foreach (var (name, value) in map)
                {
                    Json(value, $"{path}.{name}", lines);
                }

                break;
            case JsonArray list:
                lines.Add($"{path}[{list.Count}]");
                foreach (var (i, item) in list.Index())
                {
                    Json(item, $"{path}[{i}]", lines);
                }

                break;
            default:
                var text = json?.ToJsonString() ?? "null";
                lines.Add($"{path} = {(double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : text)}");
                break;
        }
    }
}
