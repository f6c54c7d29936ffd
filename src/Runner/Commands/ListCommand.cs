using System.CommandLine;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Querying;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner list</c>: the runs, newest first, with status and best figures; sorted, filtered and with other columns as asked.</summary>
internal static class ListCommand
{
    private const int Newest = 30;

    internal static Command Make(Terminal terminal)
    {
        var runs = AskingOptions.Runs();
        var where = new Option<string?>("--where") { Description = "List only the runs for which this holds: 'status = done and max(val_accuracy) > 0.99 and model has Dropout'.", HelpName = "CONDITION" };
        var sort = new Option<string?>("--sort") { Description = "Sort by a value: max:val_accuracy (greatest first), min:loss, seconds, -seed; newest first by default.", HelpName = "VALUE" };
        var columns = new Option<string?>("--cols") { Description = "The columns, with commas between them: run,status,optimizer,learning_rate,max:val_accuracy.", HelpName = "VALUES" };
        var all = new Option<bool>("--all") { Description = $"List all of them, not the first {Newest}." };
        var json = new Option<bool>("--json") { Description = "Print all of them for programs." };
        var command = new Command("list", "List the runs, newest first, with status and best figures.") { where, sort, columns, all, runs, json };
        command.SetAction(parsed =>
        {
            try
            {
                var root = ExperimentOptions.RootOf(parsed.GetValue(runs));
                var condition = parsed.GetValue(where) is { } text ? RunQuery.Parse(text) : null;
                var order = parsed.GetValue(sort) is { } key ? SortKey.Parse(key) : null;
                var shown = parsed.GetValue(columns) is { } list ? list.Split(',').Select(column => RunQuery.ParseValue(column, "--cols")).ToList() : null;
                using var found = RunSet.In(root);
                Print(terminal, root, found, new Wish(condition, order, shown, parsed.GetValue(all), parsed.GetValue(json)));
                return ExitCodes.Done;
            }
            catch (ConfigException mistake)
            {
                terminal.Say(new MistakePrinter(terminal.ErrorsInColour).Print(mistake.Errors).TrimEnd('\n'));
                return ExitCodes.Wrong;
            }
        });
        return command;
    }

    private static void Print(Terminal terminal, string root, RunSet found, Wish wish)
    {
        var now = DateTimeOffset.UtcNow;
        var listed = found.All;
        if (wish.Condition is { } condition)
        {
            listed = condition.Among(listed, now);
            NeedKnown(condition.Values, found.All);
        }

        if (wish.Order is { } order)
        {
            listed = order.Sort(listed, now);
            NeedKnown([order.Value], found.All);
        }

        if (wish.Json)
        {
            RunSet.Prefetch(listed, run => (_, _) = (run.Facts, run.Series));
            terminal.PrintWhole(new JsonArray([.. listed.Select(run => ToJson(run, wish.Columns, now))]).ToJsonString());
            return;
        }

        if (listed.Count == 0)
        {
            terminal.Print(found.All.Count == 0 ? $"There are no runs in {Printable.Line(root)}." : $"None of the {found.All.Count} runs is so.");
            return;
        }

        var shown = wish.All || listed.Count <= Newest + 1 ? listed : [.. listed.Take(Newest)];
        RunSet.Prefetch(shown, run => (_, _, _) = (run.Facts, run.Series, run.Notes));
        if (wish.Columns is { } columns)
        {
            RunTable.Write(terminal, shown, columns, now);
            NeedKnown(columns, shown);
        }
        else
        {
            RunTable.Write(terminal, shown, now);
        }

        if (shown.Count < listed.Count)
        {
            terminal.Print($"… and {listed.Count - shown.Count} more: runner list --all");
        }
    }

    /// <summary>A name that no run at all knows is a slip, and not a condition that nothing meets.</summary>
    private static void NeedKnown(IEnumerable<RunValue> values, IReadOnlyList<RunSummary> runs)
    {
        const int Enough = 100;
        foreach (var value in values.Where(value => !value.WasFound && runs.Count > 0))
        {
            if (runs.Any(run => value.In(run, DateTimeOffset.UtcNow).Count > 0) || value.WasFound)
            {
                continue; // a part of the condition that was never reached
            }

            var known = runs.Take(Enough).SelectMany(run => run.Series.Select(series => series.Label)
                .Concat(value.Function is not null ? [] : run.Settings.All.SelectMany(setting => new[] { setting.Path, setting.Path[(setting.Path.LastIndexOf('.') + 1)..] })))
                .Concat(value.Function is not null ? [] : RunValue.Fields).Distinct().ToList();
            throw new ConfigException(
                [new ConfigError(value.At, $"No run has {(value.Function is null ? "anything called" : "a curve")} '{value.Name}'.{NearestName.Hint(value.Name, known)}", "a curve, a setting, or a field such as status, age, seed")]);
        }
    }

    private static JsonObject ToJson(RunSummary run, IReadOnlyList<RunValue>? columns, DateTimeOffset now)
    {
        var json = new JsonObject
        {
            ["run"] = run.Name,
            ["path"] = run.Folder.Path,
            ["status"] = run.Status,
            ["error"] = run.Facts.Error,
            ["started"] = run.Facts.Started,
            ["seconds"] = run.SecondsAt(now),
            ["step"] = run.Step,
            ["seed"] = run.Facts.Seed,
            ["best"] = JsonFigures.ToObject(run.Facts.Best.Select(best => KeyValuePair.Create(best.Name, best.Value))),
            ["tags"] = new JsonArray([.. run.Notes.Tags.Select(tag => JsonValue.Create(tag))]),
            ["note"] = run.Notes.Text,
        };
        if (columns is not null)
        {
            json["values"] = new JsonObject(columns.Select(column => KeyValuePair.Create<string, JsonNode?>(
                column.ToString(),
                column.In(run, now) is { Count: 1 } one ? ToJson(one[0]) : new JsonArray([.. column.In(run, now).Select(ToJson)]))).DistinctBy(pair => pair.Key));
        }

        return json;
    }

    private static JsonNode ToJson(QueryValue value) => value.Number is { } number ? JsonFigures.ToNode(number) : JsonValue.Create(value.Text);

    /// <summary>What to print.</summary>
    private sealed record Wish(Condition? Condition, SortKey? Order, IReadOnlyList<RunValue>? Columns, bool All, bool Json);
}
