using System.Text.Json;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Runner.Runs;

/// <summary>A line of <c>metrics.jsonl</c>.</summary>
/// <param name="Time">Seconds since the run started.</param>
/// <param name="Step">The step it was measured at.</param>
/// <param name="Epoch">The epoch, from 0; null where there is none.</param>
/// <param name="Phase">What was being done: <c>train</c>, <c>fit</c>, <c>evaluate</c>.</param>
/// <param name="Name">What the evaluation is called, where there are several.</param>
/// <param name="Fit">Which <c>fit</c> of the run this is, from the second on.</param>
/// <param name="Values">The figures.</param>
internal sealed record Measurement(double Time, long Step, long? Epoch, string Phase, string? Name, int? Fit, Logs Values)
{
    /// <summary>What curves of its figures are called: <c>train/loss</c>, <c>evaluate test/loss</c>.</summary>
    internal string CurveOf(string figure) => Name is null ? $"{Phase}/{figure}" : $"{Phase} {Name}/{figure}";

    /// <summary>The measurements of a file, in order; lines that are broken or none are passed over.</summary>
    internal static IEnumerable<Measurement> ReadAll(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var lines = new BoundedLines(file);
        while (lines.TryNext(out var line))
        {
            if (Parse(line) is { } measurement)
            {
                yield return measurement;
            }
        }
    }

    /// <summary>Reads a line; null when it is no measurement.</summary>
    internal static Measurement? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("values", out var figures) || figures.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var values = new Logs();
            foreach (var figure in figures.EnumerateObject())
            {
                values[figure.Name] = Number(figure.Value) ?? double.NaN;
            }

            return new Measurement(
                Number(root, "time") ?? 0, (long)(Number(root, "step") ?? 0), (long?)Number(root, "epoch"), Text(root, "phase") ?? "", Text(root, "name"), (int?)Number(root, "fit"), values);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter: a text that is none
        {
            return null;
        }
    }

    private static double? Number(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? Number(value) : null;

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.NaN,
        },
        _ => null,
    };

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
