using System.Globalization;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Querying;
using Spectre.Console;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Runs as a table, one a row.</summary>
internal static class RunTable
{
    private const int Narrow = 100;

    /// <summary>Writes the table with the columns that suit the terminal's width.</summary>
    internal static void Write(IAnsiConsole console, IReadOnlyList<RunSummary> runs, DateTimeOffset now)
    {
        var narrow = console.Profile.Width < Narrow;
        var table = New().AddColumn(new TableColumn("Run").NoWrap()).AddColumns("Status", "Age").AddColumn(new TableColumn("Step").RightAligned());
        var columns = new List<Func<RunSummary, string>>
        {
            run => Printable.Line(run.Name, 60),
            run => Printable.Line(run.Status, 12),
            run => run.Facts.Started is { } started ? Words.Age((now - started).TotalSeconds) : "",
            run => run.Step?.ToString(CultureInfo.InvariantCulture) ?? "",
        };
        if (!narrow)
        {
            table.AddColumn(new TableColumn("Time").RightAligned());
            columns.Add(run => run.SecondsAt(now) is { } seconds ? Words.Time(seconds) : "");
        }

        table.AddColumns("Best", "Loss");
        columns.Add(run => BestOf(run, narrow ? 1 : 3));
        columns.Add(run => Sparkline.Draw(LossOf(run), narrow ? 8 : SeriesSummary.OutlineLength));
        if (runs.Any(run => run.Notes.Tags.Count > 0))
        {
            table.AddColumn("Tags");
            columns.Add(run => Printable.Line(string.Join(" ", run.Notes.Tags), 40));
        }

        foreach (var run in runs)
        {
            table.AddRow([.. columns.Select(column => new Text(column(run)))]);
        }

        console.Write(table);
    }

    /// <summary>Writes the table with columns that were asked for.</summary>
    internal static void Write(IAnsiConsole console, IReadOnlyList<RunSummary> runs, IReadOnlyList<RunValue> columns, DateTimeOffset now)
    {
        var table = New();
        foreach (var column in columns)
        {
            table.AddColumn(Markup.Escape(Printable.Line(column.ToString(), 60)));
        }

        foreach (var run in runs)
        {
            table.AddRow([.. columns.Select(column => new Text(Printable.Line(Cell(run, column, now), 200)))]);
        }

        console.Write(table);
    }

    /// <summary>The outline of a run's loss while training; of its first curve where it has no such one.</summary>
    internal static IReadOnlyList<float> LossOf(RunSummary run) =>
        (run.Series.FirstOrDefault(series => series.Label == "loss") ?? (run.Series.Count > 0 ? run.Series[0] : null))?.Outline ?? [];

    private static Table New() => new Table().Border(TableBorder.Square);

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
