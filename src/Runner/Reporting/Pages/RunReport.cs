using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>A run as one page, made from its folder alone: <c>report.html</c>.</summary>
internal static class RunReport
{
    /// <summary>Writes the page into the run's folder.</summary>
    /// <returns>The file.</returns>
    internal static string Write(RunFolder folder)
    {
        var path = folder.InFolder("report.html");
        var page = Of(folder);
        WholeFile.Write(path, file => file.Write(System.Text.Encoding.UTF8.GetBytes(page)));
        return path;
    }

    /// <summary>The page.</summary>
    internal static string Of(RunFolder folder)
    {
        var name = $"{folder.Name}/{folder.Id}";
        var record = RecordOf(folder);
        var curves = Curves.Of(Measurement.ReadAll(folder.MetricsFile));
        return Page.Of(name, Html.Of($"""
            <header class="top"><div><h1>{name}</h1>{Status(RunSummary.Read(folder).Status)}</div><button data-toggle-theme>light / dark</button></header>
            {Error(record)}
            {Overview(record)}
            {Results(record)}
            {(curves.Count == 0 ? Html.Empty : new Html("""<section class="card"><h2>Curves</h2><div id="curves"></div></section>"""))}
            {Model(folder)}
            {(Classification.Read(folder) is { } classification ? ClassificationTables.Of(classification) : Html.Empty)}
            {Experiment(folder)}
            {Surroundings(record)}
            """), json => Curves.Write(json, [(name, curves)]));
    }

    /// <summary>How a run stands, as a small sign.</summary>
    internal static Html Status(string status) => Html.Of($"""<span class="status {status}">{status}</span>""");

    /// <summary>The model of a run, checked anew from its folder; empty where that cannot be done.</summary>
    internal static Html Model(RunFolder folder)
    {
        try
        {
            if (ExperimentLoader.Load(folder.ResolvedFile, [], DataReading.Nothing, out _)?.Model is not { } definition)
            {
                return Html.Empty;
            }

            using var model = Engine.Models.Model.Declare(definition.Name, definition.Graph);
            return Html.Of($"""<section class="card"><h2>Model</h2>{ModelPicture.Draw(model)}{ModelPicture.Table(model)}</section>""");
        }
        catch (Exception error) when (error is not OutOfMemoryException) // a report must not fail for what an old or foreign folder holds
        {
            return Html.Empty;
        }
    }

    private static JsonObject RecordOf(RunFolder folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(folder.RecordFile)) as JsonObject ?? [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private static Html Error(JsonObject record) => Text(record["error"]) is { } error ? Html.Of($"""<p class="card error">{error}</p>""") : Html.Empty;

    private static Html Overview(JsonObject record) => Facts(
        ("Started", Time(record["started"])),
        ("Took", Number(record["seconds"]) is { } seconds ? Words.Time(seconds) : null),
        ("Seed", Text(record["seed"])),
        ("Command", record["command"] is JsonArray command ? string.Join(' ', command.Select(Text)) : null),
        ("Git commit", Text(record["git_commit"])),
        ("Best", record["best"] is JsonObject best ? string.Join("  ", best.Select(pair => Number((pair.Value as JsonObject)?["value"]) is { } value ? $"{pair.Key} {Words.Figure(value)}" : "")) : null));

    private static Html Results(JsonObject record)
    {
        var results = (record["results"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (results.Count == 0)
        {
            return Html.Empty;
        }

        var names = results.SelectMany(result => (result["values"] as JsonObject ?? []).Select(pair => pair.Key)).Where(name => name != "global_step").Distinct().ToList();
        var rows = results.Select(result => Html.Of($"""
            <tr><td>{Text(result["do"])} {Text(result["name"])}</td><td class="number">{Text(result["step"])}</td><td>{(Number(result["seconds"]) is { } seconds ? Words.Time(seconds) : "")}</td>{names.Select(name => Html.Of($"<td class=\"number\">{Figure((result["values"] as JsonObject)?[name])}</td>"))}</tr>
            """));
        return Html.Of($"""
            <section class="card"><h2>Results</h2><div class="wide"><table><thead><tr><th></th><th class="number">step</th><th>time</th>{names.Select(name => Html.Of($"<th class=\"number\">{name}</th>"))}</tr></thead><tbody>{rows}</tbody></table></div></section>
            """);
    }

    private static Html Experiment(RunFolder folder) => File.Exists(folder.ExperimentFile)
        ? Html.Of($"""
            <section class="card"><h2>Experiment</h2><pre>{Beginning(folder.ExperimentFile)}</pre><details><summary>With every default filled in</summary><pre>{Beginning(folder.ResolvedFile)}</pre></details></section>
            """)
        : Html.Empty;

    /// <summary>A text file's beginning, so that a large one does not swell the page.</summary>
    private static string Beginning(string path)
    {
        const int Most = 100_000;
        if (!File.Exists(path))
        {
            return "";
        }

        using var reader = new StreamReader(path);
        var letters = new char[Most];
        var count = reader.ReadBlock(letters);
        return new string(letters, 0, count) + (count == Most ? "\n…" : "");
    }

    private static Html Surroundings(JsonObject record)
    {
        var machine = (record["machine"] as JsonObject ?? []).Select(pair => (pair.Key.Replace('_', ' '), pair.Key == "memory_bytes" && Number(pair.Value) is { } bytes
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB") : Text(pair.Value)));
        var versions = (record["versions"] as JsonObject ?? []).Select(pair => (pair.Key.Replace('_', ' '), Text(pair.Value)));
        var data = (record["data"] as JsonObject ?? []).SelectMany(set => (set.Value as JsonObject ?? []).Select(file => ($"{set.Key} · {file.Key}", Text(file.Value))));
        var all = machine.Concat(versions).Concat(data).ToArray();
        return all.Length == 0 ? Html.Empty : Html.Of($"""<section><details class="card"><summary>Environment</summary>{Facts(all, card: false)}</details></section>""");
    }

    private static Html Facts(params (string Name, string? Value)[] facts) => Facts(facts, card: true);

    private static Html Facts((string Name, string? Value)[] facts, bool card)
    {
        var items = facts.Where(fact => fact.Value is { Length: > 0 }).Select(fact => Html.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>")).ToList();
        return items.Count == 0 ? Html.Empty : Html.Of($"""<dl class="facts {(card ? "card" : "")}">{items}</dl>""");
    }

    private static string? Time(JsonNode? node) =>
        DateTimeOffset.TryParse(Text(node), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : null;

    private static string? Text(JsonNode? node) => node is JsonValue value ? value.ToString() : null;

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static string? Figure(JsonNode? node) => Number(node) is { } number ? Words.Figure(number) : Text(node);
}
