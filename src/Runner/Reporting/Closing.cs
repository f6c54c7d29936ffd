using ExperimentRunner.Runner.Runs;
using Spectre.Console;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>The end of a run on the screen: one table of results, and where the folder is.</summary>
internal static class Closing
{
    /// <summary>Writes the table of results and the folder.</summary>
    internal static void Write(Terminal terminal, RunFolder folder, RunRecord record, RunStatus status, double seconds)
    {
        var results = record.Results;
        if (results.Count > 0)
        {
            var names = results.SelectMany(result => result.Values.Keys).Distinct().ToList();
            var table = new Table().Border(TableBorder.Square).AddColumns("", "step", "time");
            foreach (var name in names)
            {
                table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
            }

            foreach (var result in results)
            {
                table.AddRow(
                    [
                        Markup.Escape(result.Name is null ? result.Do : $"{result.Do} {result.Name}"),
                        result.Step.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        Words.Time(result.Seconds),
                        .. names.Select(name => result.Values.TryGetValue(name, out var value) ? Words.Figure(value) : ""),
                    ]);
            }

            terminal.Out.Write(table);
        }

        var word = status.ToString().ToLowerInvariant();
        terminal.Print($"{folder.Name}/{folder.Id} {word} after {Words.Time(seconds)}");
        terminal.Print(Shown(folder.Path));
    }

    /// <summary>The path from the working directory where that is shorter.</summary>
    private static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
