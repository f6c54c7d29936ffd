using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Runner.Runs;

/// <summary>What a reader knows of a run from its folder; of a broken folder, what can be known.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Status">How it stands; <c>crashed</c> for a running one whose process is gone, <c>unknown</c> without a readable record.</param>
/// <param name="Started">When it started; null when the record does not say.</param>
/// <param name="Seconds">How long it took; null while it runs.</param>
/// <param name="Step">The last step with a result.</param>
/// <param name="Best">The best figures by name.</param>
internal sealed record RunSummary(
    RunFolder Folder, string Status, DateTimeOffset? Started, double? Seconds, long? Step, IReadOnlyList<KeyValuePair<string, double>> Best)
{
    /// <summary>All runs under a folder, newest first.</summary>
    internal static IReadOnlyList<RunSummary> All(string root) => !Directory.Exists(root) ? []
        : [.. Directory.EnumerateDirectories(root)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(path => Read(new RunFolder(path)))
            .OrderByDescending(run => run.Folder.Id, StringComparer.Ordinal)];

    /// <summary>Reads a run's folder.</summary>
    internal static RunSummary Read(RunFolder folder)
    {
        try
        {
            return From(folder, JsonNode.Parse(File.ReadAllText(folder.RecordFile)) as JsonObject ?? []);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException)
        {
            return new RunSummary(folder, "unknown", null, null, null, []);
        }
    }

    private static RunSummary From(RunFolder folder, JsonObject record)
    {
        var status = (string?)record["status"] ?? "unknown";
        if (status == "running" && RunProcess.From(record["process"]) is { } process && process.IsGone())
        {
            status = "crashed";
        }

        var started = DateTimeOffset.TryParse((string?)record["started"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : (DateTimeOffset?)null;
        var best = (record["best"] as JsonObject ?? []).Select(pair => KeyValuePair.Create(pair.Key, (double?)pair.Value?["value"] ?? double.NaN));
        return new RunSummary(folder, status, started, (double?)record["seconds"], (long?)(record["results"] as JsonArray)?.LastOrDefault()?["step"], [.. best]);
    }
}
