using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using Spectre.Console;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner list</c>: the runs, newest first, with status and best figures.</summary>
internal static class ListCommand
{
    internal static Command Make(Terminal terminal)
    {
        var runs = new Option<string?>("--runs") { Description = "The folder runs are kept in, instead of the project's.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print for programs." };
        var command = new Command("list", "List the runs, newest first, with status and best figures.") { runs, json };
        command.SetAction(parsed =>
        {
            var root = Path.GetFullPath(parsed.GetValue(runs) ?? RunsRoot.For(Environment.CurrentDirectory));
            var found = RunSummary.All(root);
            if (parsed.GetValue(json))
            {
                terminal.PrintWhole(new JsonArray([.. found.Select(ToJson)]).ToJsonString());
            }
            else if (found.Count == 0)
            {
                terminal.Print($"There are no runs in {root}.");
            }
            else
            {
                Write(terminal, found);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<RunSummary> runs)
    {
        var table = new Table().Border(TableBorder.Square).AddColumns("Run", "Status", "Started", "Time", "Step", "Best");
        foreach (var run in runs)
        {
            table.AddRow(
                Markup.Escape($"{run.Folder.Name}/{run.Folder.Id}"),
                run.Status,
                run.Started?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "",
                run.Seconds is { } seconds ? Words.Time(seconds) : "",
                run.Step?.ToString(CultureInfo.InvariantCulture) ?? "",
                Markup.Escape(string.Join("  ", run.Best.Select(best => $"{best.Key} {Words.Figure(best.Value)}"))));
        }

        terminal.Out.Write(table);
    }

    private static JsonObject ToJson(RunSummary run) => new()
    {
        ["run"] = $"{run.Folder.Name}/{run.Folder.Id}",
        ["path"] = run.Folder.Path,
        ["status"] = run.Status,
        ["started"] = run.Started,
        ["seconds"] = run.Seconds,
        ["step"] = run.Step,
        ["best"] = JsonFigures.ToObject(run.Best),
    };
}
