using System.Globalization;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Querying;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Runs as a table, one a row.</summary>
internal static class RunTable
{
    private const int Narrow = 100;

    /// <summary>Writes the table with the columns that suit the terminal's width.</summary>
    internal static void Write(Terminal terminal, IReadOnlyList<RunSummary> runs, DateTimeOffset now)
    {
        var narrow = terminal.Out.Profile.Width < Narrow;
        var columns = new List<(string Name, Func<RunSummary, string> Cell)>
        {
            ("Run", run => Printable.Line(run.Name, 60)),
            ("Status", run => Printable.Line(run.Status, 12)),
            ("Age", run => run.Facts.Started is { } started ? Words.Age((now - started).TotalSeconds) : ""),
            ("Step", run => run.Step?.ToString(CultureInfo.InvariantCulture) ?? ""),
        };
        if (!narrow)
        {
            columns.Add(("Time", run => run.SecondsAt(now) is { } seconds ? Words.Time(seconds) : ""));
        }

        columns.Add(("Best", run => BestOf(run, narrow ? 1 : 3)));
        columns.Add(("Loss", run => Sparkline.Draw(LossOf(run), narrow ? 8 : SeriesSummary.OutlineLength)));
        if (runs.Any(run => run.Notes.Tags.Count > 0))
        {
            columns.Add(("Tags", run => Printable.Line(string.Join(" ", run.Notes.Tags), 40)));
        }

        Write(terminal, runs, columns);
    }

    /// <summary>Writes the table with columns that were asked for.</summary>
    internal static void Write(Terminal terminal, IReadOnlyList<RunSummary> runs, IReadOnlyList<RunValue> columns, DateTimeOffset now) =>
        Write(terminal, runs, [.. columns.Select(column => (Printable.Line(column.ToString(), 60), (Func<RunSummary, string>)(run => Printable.Line(Cell(run, column, now), 200))))]);

    private static void Write(Terminal terminal, IReadOnlyList<RunSummary> runs, IReadOnlyList<(string Name, Func<RunSummary, string> Cell)> columns)
    {
        var rows = new string[runs.Count][];
        Parallel.For(0, runs.Count, i => rows[i] = [.. columns.Select(column => column.Cell(runs[i]))]);
        var table = new PlainTable([.. columns.Select(column => column.Name)]);
        table.Right.UnionWith(columns.Select((column, i) => (column.Name, i)).Where(column => column.Name is "Step" or "Time").Select(column => column.i));
        foreach (var row in rows)
        {
            table.Add(row);
        }

        table.Write(terminal);
    }

    /// <summary>The outline of a run's loss while training; of its first curve where it has no such one.</summary>
    internal static IReadOnlyList<float> LossOf(RunSummary run) =>
        (run.Series.FirstOrDefault(series => series.Label == "loss") ?? (run.Series.Count > 0 ? run.Series[0] : null))?.Outline ?? [];

    private static string BestOf(RunSummary run, int most)
    {
        var best = run.Facts.Best.OrderBy(best => best.Name.EndsWith("loss", StringComparison.Ordinal)) // what people chose to measure comes first,
            .ThenBy(best => !best.Name.StartsWith("val_", StringComparison.Ordinal)).Take(most).ToList(); // on examples that were not trained on
        return best.Count > 0 ? Printable.Line(string.Join("  ", best.Select(one => $"{one.Name} {Words.Figure(one.Value)}")))
            : run.Facts.Error is { } error ? Printable.Line(error, 60)
            : "";
    }

    private static string Cell(RunSummary run, RunValue column, DateTimeOffset now) => column switch
    {
        { Function: null, Name: "best" } => BestOf(run, 3),
        { Function: null, Name: "loss" } when LossOf(run) is { Count: > 1 } loss => Sparkline.Draw(loss, SeriesSummary.OutlineLength),
        { Function: null, Name: "age" } => run.Facts.Started is { } started ? Words.Age((now - started).TotalSeconds) : "",
        { Function: null, Name: "seconds" } => run.SecondsAt(now) is { } seconds ? Words.Time(seconds) : "",
        _ => string.Join(", ", column.In(run, now).Select(value => value.Number is { } number && column.Function is not null ? Words.Figure(number) : value.Text).Distinct().Take(5)),
    };
}
