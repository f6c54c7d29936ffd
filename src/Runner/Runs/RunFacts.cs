using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Runner.Runs;

/// <summary>What <c>run.json</c> says, as far as it can be read.</summary>
internal sealed record RunFacts
{
    private const long LargestFile = 16L << 20;

    /// <summary>What is known of a run without a readable record.</summary>
    internal static RunFacts Unknown { get; } = new() { Status = "unknown" };

    /// <summary>The status that was written.</summary>
    public required string Status { get; init; }

    /// <summary>Which process did the run.</summary>
    public RunProcess? Process { get; init; }

    /// <summary>The experiment's name.</summary>
    public string? Experiment { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The seed, given or drawn.</summary>
    public long? Seed { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it took; null while it runs.</summary>
    public double? Seconds { get; init; }

    /// <summary>The commit of the repository that the experiment lay in.</summary>
    public string? Commit { get; init; }

    /// <summary>The last step with a result.</summary>
    public long? Step { get; init; }

    /// <summary>Examples a second over all that was trained; null where the record does not say.</summary>
    public double? ExamplesPerSecond { get; init; }

    /// <summary>The best figures by name.</summary>
    public IReadOnlyList<BestFigure> Best { get; init; } = [];

    /// <summary>What came out, in order.</summary>
    public IReadOnlyList<RunOutcome> Results { get; init; } = [];

    /// <summary>What was typed.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Machine and versions, flat: <c>machine.cores</c>, <c>versions.dotnet</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>The digests of the data's files: <c>mnist/train-images-idx3-ubyte.gz</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Data { get; init; } = [];

    /// <summary>The digests of all weights at the end, by model.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Weights { get; init; } = [];

    /// <summary>Reads a record; <see cref="Unknown"/> where there is none that can be read.</summary>
    internal static RunFacts Read(string path)
    {
        try
        {
            return new FileInfo(path).Length <= LargestFile && JsonNode.Parse(File.ReadAllBytes(path)) is JsonObject record ? From(record) : Unknown;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return Unknown;
        }
    }

    private static RunFacts From(JsonObject record)
    {
        var results = (record["results"] as JsonArray ?? []).OfType<JsonObject>().Select(Outcome).ToList();
        var trained = results.Where(result => result.Examples is not null).ToList();
        return new RunFacts
        {
            Status = Text(record["status"]) ?? "unknown",
            Process = RunProcess.From(record["process"]),
            Experiment = Text(record["experiment"]),
            Error = Text(record["error"]),
            Seed = Whole(record["seed"]),
            Started = DateTimeOffset.TryParse(Text(record["started"]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
            Seconds = JsonFigures.From(record["seconds"]),
            Commit = Text(record["git_commit"]),
            Step = results.LastOrDefault()?.Step,
            ExamplesPerSecond = trained.Sum(result => result.Seconds) is > 0 and var seconds ? trained.Sum(result => result.Examples!.Value) / seconds : null,
            Best = [.. (record["best"] as JsonObject ?? []).Select(best => new BestFigure(
                best.Key, JsonFigures.From((best.Value as JsonObject)?["value"]) ?? double.NaN, Whole((best.Value as JsonObject)?["step"])))],
            Results = results,
            Command = [.. (record["command"] as JsonArray ?? []).Select(word => Text(word) ?? "")],
            Environment = [.. Flat("", record["machine"], "machine"), .. Flat("", record["versions"], "versions")],
            Weights = [.. Flat(".", record["weights"], "weights")],
            Data = [.. (record["data"] as JsonObject ?? []).SelectMany(set => Flat("/", set.Value, set.Key))],
        };
    }

    private static RunOutcome Outcome(JsonObject result) => new(
        Text(result["do"]) ?? "",
        Text(result["name"]),
        Whole(result["step"]) ?? 0,
        JsonFigures.From(result["seconds"]) ?? 0,
        Whole(result["examples"]),
        [.. (result["values"] as JsonObject ?? []).Select(value => KeyValuePair.Create(value.Key, JsonFigures.From(value.Value) ?? double.NaN))]);

    private static IEnumerable<KeyValuePair<string, string>> Flat(string separator, JsonNode? node, string path) => node switch
    {
        null => [],
        JsonObject mapping => mapping.SelectMany(pair => Flat(separator, pair.Value, separator.Length > 0 ? path + separator + pair.Key : $"{path}.{pair.Key}")),
        JsonArray => [KeyValuePair.Create(path, node.ToJsonString())],
        _ => [KeyValuePair.Create(path, node.ToString())],
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static long? Whole(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
}

/// <summary>The best value of a figure.</summary>
/// <param name="Name">The figure.</param>
/// <param name="Value">The value.</param>
/// <param name="Step">The step it was measured at.</param>
internal sealed record BestFigure(string Name, double Value, long? Step);

/// <summary>What came out of an entry of <c>run:</c>, as a record tells it.</summary>
/// <param name="Do">What was done.</param>
/// <param name="Name">What the evaluation is called, where there are several.</param>
/// <param name="Step">The step it ended at.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Examples">How many examples it went through; null where that is not said.</param>
/// <param name="Values">The figures.</param>
internal sealed record RunOutcome(string Do, string? Name, long Step, double Seconds, long? Examples, IReadOnlyList<KeyValuePair<string, double>> Values);
