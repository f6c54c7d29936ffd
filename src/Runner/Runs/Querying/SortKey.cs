namespace ExperimentRunner.Runner.Runs.Querying;

/// <summary>What runs are sorted by.</summary>
/// <param name="value">The value.</param>
/// <param name="greatestFirst">Whether the greatest comes first.</param>
internal sealed class SortKey(RunValue value, bool greatestFirst)
{
    /// <summary>The value.</summary>
    internal RunValue Value => value;

    /// <summary>Reads <c>max:val_accuracy</c> (greatest first), <c>best:val_accuracy</c> (best first), <c>seconds</c> (least first), <c>-seconds</c>.</summary>
    /// <exception cref="Engine.Definitions.ConfigException">It has a mistake.</exception>
    internal static SortKey Parse(string text)
    {
        var turned = text.StartsWith('-');
        var value = RunQuery.ParseValue(turned ? text[1..] : text, "--sort");
        var greatest = value.Function is "max" or "count" || (value.Function is "best" or "last" && Direction.HigherIsBetter(value.Name));
        return new SortKey(value, greatest != turned);
    }

    /// <summary>The runs in this order; those without the value come last.</summary>
    internal IReadOnlyList<RunSummary> Sort(IReadOnlyList<RunSummary> runs, DateTimeOffset now)
    {
        var keys = new QueryValue?[runs.Count];
        Parallel.For(0, runs.Count, i => keys[i] = value.In(runs[i], now) is { Count: > 0 } values ? values[0] : null);
        var order = Enumerable.Range(0, runs.Count).ToList();
        order.Sort((a, b) => Compare(keys[a], keys[b]) is not 0 and var result ? result : a.CompareTo(b));
        return [.. order.Select(i => runs[i])];
    }

    private int Compare(QueryValue? one, QueryValue? other)
    {
        var (hasOne, hasOther) = (IsComparable(one), IsComparable(other));
        if (!hasOne || !hasOther)
        {
            return hasOther.CompareTo(hasOne);
        }

        var result = one!.Value.Number is null == other!.Value.Number is null ? one.Value.CompareTo(other.Value) ?? 0 : one.Value.Number is null ? 1 : -1;
        return greatestFirst ? -result : result;
    }

    private static bool IsComparable(QueryValue? key) => key is { } value && value.Number is not double.NaN;
}
