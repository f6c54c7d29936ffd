using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Runs.Querying;

namespace ExperimentRunner.Runner.Browser;

/// <summary>A run as a row of the table. The values of columns are made when they are first looked at: most rows are out of sight.</summary>
/// <param name="run">The run.</param>
/// <param name="now">The present time, for ages.</param>
internal sealed class RunRow(RunSummary run, DateTimeOffset now)
{
    private readonly Dictionary<string, RunCell> _cells = new(StringComparer.Ordinal);

    /// <summary>The run.</summary>
    public RunSummary Run { get; } = run;

    /// <summary>When it started, for sorting.</summary>
    public DateTimeOffset Started => Run.Facts.Started ?? default;

    /// <summary>How long it took so far.</summary>
    public double Seconds { get; } = run.SecondsAt(now) ?? 0;

    /// <summary>The last step that is known of.</summary>
    public long Step => Run.Step ?? 0;

    /// <summary>How it stands.</summary>
    public string Status => Run.Status;

    /// <summary>What people call it.</summary>
    public string Name => Run.Name;

    /// <summary>The value of a column.</summary>
    internal RunCell Cell(RunColumn column) => _cells.TryGetValue(column.Title, out var cell) ? cell : _cells[column.Title] = column.Of(Run, now);

    /// <summary>The runs that a person asks for: by a condition such as <c>accuracy &gt; 0.9</c>, or by words that they hold.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="asked">What was written.</param>
    /// <param name="now">The present time, for ages.</param>
    /// <param name="isCondition">Whether it was understood as a condition.</param>
    internal static IReadOnlyList<RunSummary> Filter(IReadOnlyList<RunSummary> runs, string asked, DateTimeOffset now, out bool isCondition)
    {
        isCondition = false;
        if (string.IsNullOrWhiteSpace(asked))
        {
            return runs;
        }

        try
        {
            var condition = RunQuery.Parse(asked);
            isCondition = true;
            return condition.Among(runs, now);
        }
        catch (ConfigException)
        {
            var words = asked.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return [.. runs.Where(run => Array.TrueForAll(words, word => Says(run, word)))];
        }
    }

    private static bool Says(RunSummary run, string word) =>
        run.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || run.Status.Contains(word, StringComparison.OrdinalIgnoreCase)
        || run.Notes.Text.Contains(word, StringComparison.OrdinalIgnoreCase) || run.Notes.Tags.Any(tag => tag.Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A column of the table: the best value of a curve, or a value as <c>runner list --cols</c> takes it.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Value">What is asked; null for a curve's best.</param>
internal sealed record RunColumn(string Title, RunValue? Value)
{
    private const int MostRuns = 300; // that are asked which curves there are

    /// <summary>A column for each curve that runs have, those that most have first.</summary>
    internal static IEnumerable<RunColumn> Of(IEnumerable<RunSummary> runs) => runs.Take(MostRuns)
        .SelectMany(run => run.Series.Select(series => series.Label).Where(label => !label.EndsWith("global_step", StringComparison.Ordinal)))
        .CountBy(label => label).OrderByDescending(pair => pair.Value).Select(pair => new RunColumn(pair.Key, null));

    /// <summary>The value of a run.</summary>
    internal RunCell Of(RunSummary run, DateTimeOffset now)
    {
        if (Value is null)
        {
            return run.Series.FirstOrDefault(series => series.Label == Title) is { } series ? RunCell.Of(Direction.HigherIsBetter(Title) ? series.Max : series.Min) : RunCell.Empty;
        }

        return Value.In(run, now) is { Count: > 0 } values ? values[0].Number is { } number ? RunCell.Of(number) : new RunCell(string.Join(", ", values.Select(value => value.Text)), null) : RunCell.Empty;
    }
}

/// <summary>A value in the table, sorted as a number where it is one.</summary>
/// <param name="Text">The value as people read it.</param>
/// <param name="Number">The number; null for a text.</param>
internal sealed record RunCell(string Text, double? Number) : IComparable<RunCell>, IComparable
{
    /// <summary>No value.</summary>
    internal static RunCell Empty { get; } = new("", null);

    /// <summary>A number.</summary>
    internal static RunCell Of(double number) => new(double.IsFinite(number) ? Words.Figure(number) : number.ToString(CultureInfo.InvariantCulture), number);

    /// <inheritdoc/>
    public int CompareTo(RunCell? other) => other is null ? 1
        : Number is { } mine && other.Number is { } theirs ? mine.CompareTo(theirs)
        : Number is null && other.Number is null ? string.CompareOrdinal(Text, other.Text)
        : Number is null ? -1 : 1;

    /// <inheritdoc/>
    public int CompareTo(object? obj) => CompareTo(obj as RunCell);
}
