using System.Globalization;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Runs.Querying;

/// <summary>
/// Something that may be asked of a run: <c>status</c>, <c>max(val_accuracy)</c> (also written <c>max:val_accuracy</c>), a curve's
/// name (its last value), or a setting's (<c>learning_rate</c>, <c>compile.optimizer</c>).
/// </summary>
/// <param name="function">What is asked of a curve; null where a bare name is written.</param>
/// <param name="name">The name.</param>
/// <param name="at">Where it was written.</param>
internal sealed class RunValue(string? function, string name, SourceSpan at)
{
    /// <summary>What may be asked of a curve.</summary>
    internal static IReadOnlyList<string> Functions => ["max", "min", "last", "first", "best", "count"];

    /// <summary>What may be asked of any run.</summary>
    internal static IReadOnlyList<string> Fields =>
        ["run", "name", "id", "status", "age", "started", "seconds", "step", "seed", "parameters", "tag", "note", "error", "commit", "experiment", "best", "loss"];

    /// <summary>Where it was written.</summary>
    internal SourceSpan At => at;

    /// <summary>The name.</summary>
    internal string Name => name;

    /// <summary>What is asked of the curve; null for a bare name.</summary>
    internal string? Function => function;

    /// <summary>Whether any run had it.</summary>
    internal bool WasFound { get; private set; }

    /// <summary>Notes that a run has it.</summary>
    internal void Find() => WasFound = true;

    /// <inheritdoc/>
    public override string ToString() => function is null ? name : $"{function}({name})";

    /// <summary>Its values in a run: none where the run has no such thing; several where several settings go by the name.</summary>
    /// <param name="run">The run.</param>
    /// <param name="now">The present time, for ages.</param>
    internal IReadOnlyList<QueryValue> In(RunSummary run, DateTimeOffset now)
    {
        IReadOnlyList<QueryValue> values = function is not null ? Curve(run, function)
            : Field(run, now) ?? [.. Curve(run, "last"), .. run.Settings.Find(name).Select(setting => QueryValue.Of(setting.Value))];
        WasFound |= values.Count > 0;
        return values;
    }

    private QueryValue[]? Field(RunSummary run, DateTimeOffset now)
    {
        QueryValue[]? values = name switch
        {
            "run" => [QueryValue.Of(run.Name)],
            "name" => [QueryValue.Of(run.Folder.Name)],
            "id" => [QueryValue.Of(run.Folder.Id)],
            "path" => [QueryValue.Of(run.Folder.Path)],
            "status" => [QueryValue.Of(run.Status)],
            "age" => One((now - run.Facts.Started)?.TotalSeconds),
            "started" => run.Facts.Started is { } started ? [new QueryValue(started.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), null)] : [],
            "seconds" => One(run.SecondsAt(now)),
            "step" => One(run.Step),
            "seed" => One(run.Facts.Seed),
            "parameters" => One(RunModel.Read(run.Folder)?.Parameters),
            "tag" or "tags" => [.. run.Notes.Tags.Select(QueryValue.Of)],
            "note" => run.Notes.Text.Length > 0 ? [QueryValue.Of(run.Notes.Text)] : [],
            "error" => run.Facts.Error is { } error ? [QueryValue.Of(error)] : [],
            "commit" => run.Facts.Commit is { } commit ? [QueryValue.Of(commit)] : [],
            "experiment" => run.Facts.Experiment is { } experiment ? [QueryValue.Of(experiment)] : [],
            _ => null,
        };
        WasFound |= values is not null; // a field is known, though a run may have none
        return values;
    }

    private static QueryValue[] One(double? number) => number is { } value ? [QueryValue.Of(value)] : [];

    private QueryValue[] Curve(RunSummary run, string what)
    {
        var curves = run.Series.Where(series => series.Label == name).ToList();
        if (curves.Count == 0)
        {
            curves = [.. run.Series.Where(series => series.Label.EndsWith("/" + name, StringComparison.Ordinal))];
        }

        return [.. curves.Select(curve => QueryValue.Of(what switch
        {
            "max" => curve.Max,
            "min" => curve.Min,
            "first" => curve.First,
            "count" => curve.Count,
            "best" => Direction.HigherIsBetter(curve.Label) ? curve.Max : curve.Min,
            _ => curve.Last,
        }))];
    }
}
