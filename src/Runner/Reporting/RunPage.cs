using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Runs;
using Spectre.Console;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>One run whole, as text: what it was, what it did, its curves, where its values came from, its files.</summary>
internal static class RunPage
{
    private const int MostCharts = 4;
    private const int WidestChart = 100;
    private const int MostFiles = 40;
    private const int MostCounted = 10_000;
    private const int MostLayers = 60;

    /// <summary>Writes the page.</summary>
    internal static void Write(Terminal terminal, RunFolder folder, DateTimeOffset now)
    {
        var run = RunSummary.Read(folder);
        var facts = RunFacts.Read(folder.RecordFile);
        Head(terminal, run, facts, now);
        Results(terminal, facts);
        Curves(terminal, folder);
        Model(terminal, folder);
        Values(terminal, run, folder);
        Files(terminal, folder);
    }

    /// <summary>Tells where the values of a name came from.</summary>
    /// <exception cref="WrongCommandException">The run has no such value.</exception>
    internal static void Explain(Terminal terminal, RunFolder folder, string name, bool json)
    {
        var settings = FlatSettings.Read(folder.ResolvedFile);
        var found = settings.Find(name).ToList();
        if (found.Count == 0)
        {
            var known = settings.All.SelectMany(setting => new[] { setting.Path, setting.Path[(setting.Path.LastIndexOf('.') + 1)..] }).Distinct();
            throw new WrongCommandException(settings.All.Count == 0 ? $"{folder.Name}/{folder.Id} has no resolved.yaml that can be read."
                : $"{folder.Name}/{folder.Id} has no value '{Printable.Line(name)}'.{NearestName.Hint(name, known)}");
        }

        var origins = Origins.Read(folder.OriginsFile);
        if (json)
        {
            terminal.PrintWhole(new JsonArray([.. found.Select(setting => new JsonObject
            {
                ["path"] = setting.Path,
                ["value"] = setting.Value,
                ["origin"] = origins is null ? null : origins.Find(setting.Path)?.Kind ?? "default",
                ["at"] = origins?.Find(setting.Path)?.At,
                ["line"] = origins?.Find(setting.Path)?.Line,
            })]).ToJsonString());
            return;
        }

        foreach (var setting in found)
        {
            terminal.Print(Printable.Line($"{setting.Path} = {setting.Value}"));
            foreach (var line in OriginOf(setting, settings, origins))
            {
                terminal.Print("  " + Printable.Line(line));
            }
        }
    }

    /// <summary>All of it as JSON.</summary>
    internal static string ToJson(RunFolder folder)
    {
        var run = RunSummary.Read(folder);
        var (facts, origins) = (RunFacts.Read(folder.RecordFile), Origins.Read(folder.OriginsFile));
        return new JsonObject
        {
            ["run"] = run.Name,
            ["path"] = folder.Path,
            ["status"] = run.Status,
            ["error"] = facts.Error,
            ["command"] = new JsonArray([.. facts.Command.Select(word => JsonValue.Create(word))]),
            ["started"] = facts.Started,
            ["seconds"] = facts.Seconds,
            ["seed"] = facts.Seed,
            ["commit"] = facts.Commit,
            ["tags"] = new JsonArray([.. run.Notes.Tags.Select(tag => JsonValue.Create(tag))]),
            ["note"] = run.Notes.Text,
            ["environment"] = new JsonObject(facts.Environment.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
            ["data"] = new JsonObject(facts.Data.DistinctBy(pair => pair.Key).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
            ["results"] = new JsonArray([.. facts.Results.Select(result => new JsonObject
            {
                ["do"] = result.Do, ["name"] = result.Name, ["step"] = result.Step, ["seconds"] = result.Seconds, ["examples"] = result.Examples,
                ["values"] = JsonFigures.ToObject(result.Values.DistinctBy(pair => pair.Key)),
            })]),
            ["curves"] = new JsonArray([.. run.Series.Select(series => new JsonObject
            {
                ["name"] = series.Label, ["count"] = series.Count, ["first"] = JsonFigures.ToNode(series.First), ["last"] = JsonFigures.ToNode(series.Last), ["last_step"] = series.LastStep,
                ["min"] = JsonFigures.ToNode(series.Min), ["min_step"] = series.MinStep, ["max"] = JsonFigures.ToNode(series.Max), ["max_step"] = series.MaxStep,
            })]),
            ["model"] = RunModel.Read(folder) is { } model ? JsonNode.Parse(model.ToJson()) : null,
            ["values"] = new JsonObject(run.Settings.All.DistinctBy(setting => setting.Path).Select(setting => KeyValuePair.Create<string, JsonNode?>(
                setting.Path, new JsonObject { ["value"] = setting.Value, ["origin"] = origins is null ? null : origins.Find(setting.Path)?.Words ?? "default" }))),
            ["files"] = new JsonArray([.. FilesOf(folder).Select(file => new JsonObject { ["name"] = file.Name, ["bytes"] = file.Bytes })]),
        }.ToJsonString();
    }

    private static void Head(Terminal terminal, RunSummary run, RunFacts facts, DateTimeOffset now)
    {
        terminal.Print($"{Printable.Line(run.Name)}: {Printable.Line(run.Status)}{(facts.Error is { } error ? $": {Printable.Line(error)}" : "")}");
        if (facts.Started is { } started)
        {
            var took = run.SecondsAt(now) is { } seconds ? $", {(facts.Seconds is null ? "for" : "took")} {Words.Time(seconds)}" : "";
            terminal.Print($"  started   {started.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} ({Words.Age((now - started).TotalSeconds)} ago){took}");
        }

        Line("command", string.Join(" ", facts.Command.Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word)));
        Line("seed", facts.Seed?.ToString(CultureInfo.InvariantCulture));
        Line("commit", facts.Commit);
        Line("machine", string.Join(", ", facts.Environment.Where(pair => pair.Key is "machine.host" or "machine.processor" or "machine.cores" or "versions.experiment_runner")
            .Select(pair => pair.Key switch { "machine.cores" => $"{pair.Value} cores", "versions.experiment_runner" => $"ExperimentRunner {pair.Value}", _ => pair.Value })));
        Line("tags", string.Join(" ", run.Notes.Tags));
        foreach (var (line, i) in Printable.Lines(run.Notes.Text).Select((line, i) => (line, i)).Where(_ => run.Notes.Text.Length > 0))
        {
            terminal.Print($"  {(i == 0 ? "note" : ""),-9} {line}");
        }

        terminal.Print($"  {"folder",-9} {Printable.Line(run.Folder.Path)}");
        terminal.Print("");

        void Line(string what, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                terminal.Print($"  {what,-9} {Printable.Line(value)}");
            }
        }
    }

    private static void Results(Terminal terminal, RunFacts facts)
    {
        if (facts.Results.Count == 0)
        {
            return;
        }

        var names = facts.Results.SelectMany(result => result.Values.Select(value => value.Key)).Distinct().ToList();
        var table = new Table().Border(TableBorder.Square).AddColumns("", "step", "time");
        foreach (var name in names)
        {
            table.AddColumn(new TableColumn(Markup.Escape(Printable.Line(name, 40))).RightAligned());
        }

        foreach (var result in facts.Results)
        {
            var values = result.Values.DistinctBy(value => value.Key).ToDictionary(value => value.Key, value => value.Value, StringComparer.Ordinal);
            table.AddRow([
                Markup.Escape(Printable.Line(result.Name is null ? result.Do : $"{result.Do} {result.Name}", 40)),
                result.Step.ToString(CultureInfo.InvariantCulture),
                Words.Time(result.Seconds),
                .. names.Select(name => values.TryGetValue(name, out var value) ? Words.Figure(value) : "")]);
        }

        terminal.Out.Write(table);
        terminal.Print("");
    }

    private static void Curves(Terminal terminal, RunFolder folder)
    {
        var history = MetricsHistory.Read(folder.MetricsFile);
        var width = Math.Min(WidestChart, terminal.Out.Profile.Width);
        var charts = history.Series.Where(series => series.Points.Count > 1)
            .GroupBy(series => series.Metric.StartsWith("val_", StringComparison.Ordinal) ? series.Metric[4..] : series.Metric, StringComparer.Ordinal).ToList();
        foreach (var chart in charts.Take(MostCharts))
        {
            var curves = chart.Take(4).ToList();
            foreach (var (series, i) in curves.Select((series, i) => (series, i)))
            {
                var summary = SeriesSummary.Of(series);
                var higher = Direction.HigherIsBetter(series.Label);
                terminal.Print(Printable.Line($"{TextChart.MarkOf(i)} {series.Label}  {Words.Figure(summary.First)} → {Words.Figure(summary.Last)}"
                    + string.Create(CultureInfo.InvariantCulture, $"  best {Words.Figure(higher ? summary.Max : summary.Min)} @{(higher ? summary.MaxStep : summary.MinStep)}")));
            }

            foreach (var line in TextChart.Draw(curves, width))
            {
                terminal.Print(line);
            }

            terminal.Print("");
        }

        var rest = charts.Skip(MostCharts).SelectMany(chart => chart).ToList();
        if (rest.Count > 0)
        {
            terminal.Print(Printable.Line($"also: {string.Join(", ", rest.Select(series => $"{series.Label} {Words.Figure(series.Points[^1].Value)}"))}"));
            terminal.Print("");
        }

        if (history.BadLines > 0 || !history.IsWhole)
        {
            terminal.Print(!history.IsWhole ? "metrics.jsonl is too large, or cannot be read: only a part of it is shown." : $"{history.BadLines} lines of metrics.jsonl are no measurements.");
            terminal.Print("");
        }
    }

    private static void Model(Terminal terminal, RunFolder folder)
    {
        if (RunModel.Read(folder) is not { } model)
        {
            return;
        }

        terminal.Print(model.Parameters is { } all ? string.Create(CultureInfo.InvariantCulture, $"Model: {all:N0} parameters") : "Model");
        var (name, kind) = (Math.Min(30, model.Layers.Max(layer => layer.Name.Length)), Math.Min(24, model.Layers.Max(layer => layer.Class.Length)));
        foreach (var layer in model.Layers.Take(MostLayers))
        {
            terminal.Print(Printable.Line($"  {layer.Name.PadRight(name)}  {layer.Class.PadRight(kind)}  {layer.Shape}{(layer.IsShared ? "  shared" : layer.Parameters is > 0 and var count ? string.Create(CultureInfo.InvariantCulture, $"  {count:N0}") : "")}"));
        }

        if (model.Layers.Count > MostLayers)
        {
            terminal.Print($"  … and {model.Layers.Count - MostLayers} more");
        }

        terminal.Print("");
    }

    /// <summary>What somebody set: all that does not stand at its default.</summary>
    private static void Values(Terminal terminal, RunSummary run, RunFolder folder)
    {
        if (Origins.Read(folder.OriginsFile) is not { } origins)
        {
            return;
        }

        var set = run.Settings.All.Select(setting => (setting, Origin: origins.Find(setting.Path))).Where(pair => pair.Origin is not null && !pair.setting.Path.StartsWith("vars.", StringComparison.Ordinal)).ToList();
        terminal.Print($"Set by the experiment ({run.Settings.All.Count - set.Count} more values stand at their defaults)");
        var width = set.Count == 0 ? 0 : Math.Min(60, set.Max(pair => pair.setting.Path.Length + pair.setting.Value.Length + 3));
        foreach (var (setting, origin) in set)
        {
            terminal.Print(Printable.Line($"  {$"{setting.Path} = {Printable.Line(setting.Value, 60)}".PadRight(width)}  {origin!.Words}"));
        }

        terminal.Print("");
    }

    private static void Files(Terminal terminal, RunFolder folder)
    {
        var files = FilesOf(folder);
        terminal.Print("Files");
        var shown = files.Take(MostFiles).Select(file => (Name: Printable.Line(file.Name, 60), file.Bytes)).ToList();
        var width = shown.Select(file => file.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, bytes) in shown)
        {
            terminal.Print($"  {name.PadRight(width)} {Words.Bytes(bytes),10}");
        }

        if (files.Count > MostFiles)
        {
            terminal.Print($"  … and {files.Count - MostFiles} more");
        }
    }

    private static List<(string Name, long Bytes)> FilesOf(RunFolder folder)
    {
        var manners = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        try
        {
            return
            [
                .. new DirectoryInfo(folder.Path).EnumerateFiles("*", manners).Where(file => file.FullName != Path.GetFullPath(folder.LockFile)).Take(MostCounted)
                    .Select(file => (Name: Path.GetRelativePath(folder.Path, file.FullName), file.Length)).OrderBy(file => file.Name, StringComparer.Ordinal),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<string> OriginOf(Setting setting, FlatSettings settings, Origins? origins)
    {
        if (origins is null)
        {
            yield return "where it came from was not kept";
            yield break;
        }

        if (origins.Find(setting.Path) is { } origin)
        {
            yield return origin.Kind switch
            {
                Origin.Override => $"from the command line: --set {origin.Line}",
                Origin.Extended => $"from {origin.At}, which the experiment extends",
                _ => $"from {origin.At}",
            };
            if (origin.Kind != Origin.Override)
            {
                yield return $"  {origin.Line}";
            }

            yield break;
        }

        var owner = settings.All.LastOrDefault(thing => thing.IsThing && setting.Path.StartsWith(thing.Path + ".", StringComparison.Ordinal));
        yield return owner is null ? "the default" : $"the default of {owner.Value}";
    }
}
