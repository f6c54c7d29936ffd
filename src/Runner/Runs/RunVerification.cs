using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Whether a run came to the same as another: each line of its measurements but for the time, and the weights at the end.</summary>
/// <param name="Lines">How many lines are the same from the beginning on.</param>
/// <param name="Parting">The first thing that differs, in a sentence; null where nothing does.</param>
/// <param name="WeightsAreSame">Whether the weights at the end are the same; null where one of the runs does not tell.</param>
internal sealed record RunVerification(int Lines, string? Parting, bool? WeightsAreSame)
{
    /// <summary>Whether all that can be told is the same.</summary>
    internal bool IsSame => Parting is null && WeightsAreSame != false;

    /// <summary>Holds a run against another.</summary>
    internal static RunVerification Of(RunFolder first, RunFolder again)
    {
        var (a, b) = (RunFacts.Read(first.RecordFile).Weights, RunFacts.Read(again.RecordFile).Weights);
        bool? weights = a.Count == 0 || b.Count == 0 ? null : a.SequenceEqual(b);
        using var one = LinesOf(first.MetricsFile).GetEnumerator();
        using var other = LinesOf(again.MetricsFile).GetEnumerator();
        for (var count = 0; ; count++)
        {
            var (hasOne, hasOther) = (one.MoveNext(), other.MoveNext());
            if (!hasOne && !hasOther)
            {
                return new RunVerification(count, null, weights);
            }

            if (!hasOne || !hasOther)
            {
                return new RunVerification(count, $"{(hasOne ? "The first run" : "The second run")} goes on where the other ends, at line {count + 1}: {Words(hasOne ? one.Current : other.Current)}.", weights);
            }

            if (!JsonNode.DeepEquals(one.Current, other.Current))
            {
                return new RunVerification(count, $"They part at step {Step(one.Current)}, line {count + 1}: {Difference(one.Current, other.Current)}.", weights);
            }
        }
    }

    private static IEnumerable<JsonObject> LinesOf(string path) => !File.Exists(path) ? [] : File.ReadLines(path).Where(line => line.Length > 0).Select(Parse);

    private static JsonObject Parse(string line)
    {
        try
        {
            var json = JsonNode.Parse(line) as JsonObject ?? new JsonObject { ["line"] = line };
            json.Remove("time");
            return json;
        }
        catch (JsonException)
        {
            return new JsonObject { ["line"] = line };
        }
    }

    private static string Step(JsonObject line) => line["step"]?.ToJsonString() ?? "?";

    private static string Words(JsonObject line) => $"step {Step(line)}";

    private static string Difference(JsonObject one, JsonObject other)
    {
        if (one["values"] is JsonObject mine && other["values"] is JsonObject theirs)
        {
            foreach (var name in mine.Select(pair => pair.Key).Union(theirs.Select(pair => pair.Key)))
            {
                if (!JsonNode.DeepEquals(mine[name], theirs[name]))
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{name} was {mine[name]?.ToJsonString() ?? "not measured"} and is {theirs[name]?.ToJsonString() ?? "not measured"}");
                }
            }
        }

        return $"{one.ToJsonString()} was, {other.ToJsonString()} is";
    }
}
