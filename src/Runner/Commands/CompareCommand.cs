using System.CommandLine;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Reporting.Comparing;
using ExperimentRunner.Runner.Reporting.Pages;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Comparing;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner compare RUN RUN…</c>: what differs between runs, and their figures side by side.</summary>
internal static class CompareCommand
{
    internal static Command Make(Terminal terminal)
    {
        var references = new Argument<string[]>("RUN") { Description = "Runs: a folder, name (its newest), name/id, name/* (all of a name), name@best:val_accuracy.", Arity = ArgumentArity.OneOrMore };
        var baseline = new Option<string?>("--baseline") { Description = "The run that the others are held against; the first by default.", HelpName = "RUN" };
        var group = new Option<bool>("--group") { Description = "Take runs that differ only in their seed together, as mean ± deviation." };
        var json = new Option<bool>("--json") { Description = "Print for programs." };
        var csv = new Option<bool>("--csv") { Description = "Print a line for each value, for spreadsheets." };
        var markdown = new Option<bool>("--markdown") { Description = "Print tables in Markdown." };
        var html = new Option<string?>("--html") { Description = "Write a page with curves and models, which needs no server.", HelpName = "FILE" };
        var runs = AskingOptions.Runs();
        var command = new Command("compare", "Tell what differs between runs, and put their figures side by side.") { references, baseline, group, json, csv, markdown, html, runs };
        command.SetAction(parsed =>
        {
            var root = ExperimentOptions.RootOf(parsed.GetValue(runs));
            var against = parsed.GetValue(baseline) is { } said ? RunReference.Find(said, root) : null;
            var folders = parsed.GetRequiredValue(references).SelectMany(reference => Find(reference, root)).DistinctBy(run => run.Path).ToList();
            if (against is not null && folders.TrueForAll(run => run.Path != against.Path))
            {
                folders.Insert(0, against);
            }

            if (folders.Count < 2)
            {
                throw new WrongCommandException($"There is only one run to compare, {folders[0].Name}/{folders[0].Id}. Name another, or {folders[0].Name}/* for all of its name.");
            }

            var comparison = RunComparer.Compare(
                [.. folders.Select(RunSummary.Read)], against is null ? 0 : folders.FindIndex(run => run.Path == against.Path), parsed.GetValue(group));
            if (parsed.GetValue(html) is { } page)
            {
                ComparisonReport.Write(comparison, page);
                terminal.Print(page);
            }
            else if (parsed.GetValue(json))
            {
                terminal.PrintWhole(ComparisonWriter.ToJson(comparison));
            }
            else if (parsed.GetValue(csv))
            {
                terminal.PrintText(ComparisonWriter.ToCsv(comparison));
            }
            else if (parsed.GetValue(markdown))
            {
                terminal.PrintText(ComparisonWriter.ToMarkdown(comparison));
            }
            else
            {
                ComparisonWriter.Write(terminal, comparison);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The runs that a word means: one, or all of a name, oldest first.</summary>
    private static IEnumerable<RunFolder> Find(string reference, string root)
    {
        if (!reference.EndsWith("/*", StringComparison.Ordinal))
        {
            return [RunReference.Find(reference, root)];
        }

        var name = reference[..^2];
        var all = RunFolders.In(root).Where(run => run.Name == name).Reverse().ToList();
        return all.Count > 0 ? all : [RunReference.Find(name, root)];
    }
}
