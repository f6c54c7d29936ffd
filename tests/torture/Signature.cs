using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Torture;

/// <summary>Everything that a run leaves behind but what clocks tell: a digest for each file, tensor and value.</summary>
internal static class Signature
{
    private static readonly string[] OfClocks = ["time", "seconds", "metrics_length", "log_length", "date_saved"];
    private static readonly string[] OfRecord = ["status", "error", "experiment", "seed", "data", "results", "best"];

    /// <summary>The signature of a run's folder.</summary>
    public static SortedDictionary<string, string> Of(string folder)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, path);
            if (name is "log.jsonl" or "report.html" or "origins.json" or ".lock" || (name.StartsWith("events.out", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal)))
            {
                continue; // times, process numbers, places of files; the events at the top are made from metrics.jsonl
            }

            if (name == "metrics.jsonl")
            {
                parts[name] = string.Join('\n', File.ReadLines(path).Select(line => WithoutClocks(JsonNode.Parse(line))!.ToJsonString()));
            }
            else if (name == "run.json")
            {
                var record = JsonNode.Parse(File.ReadAllText(path))!;
                parts[name] = string.Join('\n', OfRecord.Select(key => $"{key}: {WithoutClocks(record[key]?.DeepClone())?.ToJsonString()}"));
            }
            else if (Path.GetFileName(name).StartsWith("resume.ckpt-", StringComparison.Ordinal))
            {
                continue; // only the newest counts, see below: how many there were depends on the kills
            }
            else if (name.EndsWith(".tfevents", StringComparison.Ordinal) || name.Contains("tfevents", StringComparison.Ordinal))
            {
                parts["number of event files in " + Path.GetDirectoryName(name)] = "some";
            }
            else if (name.EndsWith(".keras", StringComparison.Ordinal))
            {
                AddArchive(parts, name, path);
            }
            else
            {
                parts[name] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
            }
        }

        if (NewestCheckpoint(folder) is { } newest)
        {
            AddCheckpoint(parts, newest);
        }

        return parts;
    }

    /// <summary>The newest checkpoint of a run; null where it has none.</summary>
    public static string? NewestCheckpoint(string folder) => !Directory.Exists(Path.Combine(folder, "checkpoints")) ? null
        : Directory.GetFiles(Path.Combine(folder, "checkpoints"), "resume.ckpt-*.safetensors").MaxBy(path => (path.Length, path));

    /// <summary>What differs between two signatures, for people; empty when nothing does.</summary>
    public static string Difference(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual)
    {
        var lines = new StringBuilder();
        foreach (var name in expected.Keys.Union(actual.Keys))
        {
            var (was, now) = (expected.GetValueOrDefault(name, "(not there)"), actual.GetValueOrDefault(name, "(not there)"));
            if (was != now)
            {
                lines.Append("    ").Append(name).Append(":\n      expected ").Append(Short(was, now)).Append("\n      found    ").Append(Short(now, was)).Append('\n');
            }
        }

        return lines.ToString();
    }

    /// <summary>The files in a <c>.keras</c>, which says when it was saved.</summary>
    private static void AddArchive(SortedDictionary<string, string> parts, string name, string path)
    {
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries)
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(content);
            }

            parts[$"{name}: {entry.FullName}"] = entry.FullName == "metadata.json"
                ? WithoutClocks(JsonNode.Parse(content.ToArray()))!.ToJsonString()
                : Convert.ToHexStringLower(SHA256.HashData(content.ToArray()));
        }
    }

    /// <summary>The tensors and values of a safetensors file, read here anew so that the test does not trust what it tests.</summary>
    private static void AddCheckpoint(SortedDictionary<string, string> parts, string path)
    {
        var bytes = File.ReadAllBytes(path);
        var length = (int)BitConverter.ToInt64(bytes);
        foreach (var (name, entry) in JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject())
        {
            if (name == "__metadata__")
            {
                foreach (var (key, text) in entry!.AsObject())
                {
                    if (key != "xxh3_128" && !OfClocks.Contains(key))
                    {
                        parts["checkpoint value " + key] = key == "format" ? (string)text! : WithoutClocks(JsonNode.Parse((string)text!))?.ToJsonString() ?? "null";
                    }
                }
            }
            else
            {
                var (from, to) = ((int)entry!["data_offsets"]![0]!, (int)entry["data_offsets"]![1]!);
                parts["checkpoint tensor " + name] = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(8 + length + from, to - from)));
            }
        }
    }

    private static JsonNode? WithoutClocks(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject mapping:
                foreach (var key in OfClocks)
                {
                    mapping.Remove(key);
                }

                foreach (var (_, value) in mapping)
                {
                    WithoutClocks(value);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    WithoutClocks(item);
                }

                break;
        }

        return node;
    }

    private static string Short(string text, string other)
    {
        var place = text.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();
        var start = Math.Max(0, place - 60);
        return $"({text.Length} long, from {start}) {text[start..Math.Min(text.Length, start + 160)].Replace("\n", "⏎", StringComparison.Ordinal)}";
    }
}
