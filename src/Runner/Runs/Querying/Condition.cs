namespace ExperimentRunner.Runner.Runs.Querying;

/// <summary>What a run must be to be listed.</summary>
internal abstract class Condition
{
    /// <summary>Whether a run is so.</summary>
    /// <param name="run">The run.</param>
    /// <param name="now">The present time, for ages.</param>
    internal abstract bool Holds(RunSummary run, DateTimeOffset now);

    /// <summary>All that is asked of runs in it.</summary>
    internal abstract IEnumerable<RunValue> Values { get; }

    /// <summary>The runs that are so, in their order; asked on all cores.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="now">The present time, for ages.</param>
    internal IReadOnlyList<RunSummary> Among(IReadOnlyList<RunSummary> runs, DateTimeOffset now)
    {
        var holds = new bool[runs.Count];
        Parallel.For(0, runs.Count, i => holds[i] = Holds(runs[i], now));
        return [.. runs.Where((_, i) => holds[i])];
    }

    /// <summary>Both, or at least one.</summary>
    internal sealed class Joined(Condition left, Condition right, bool both) : Condition
    {
        internal override IEnumerable<RunValue> Values => left.Values.Concat(right.Values);

        internal override bool Holds(RunSummary run, DateTimeOffset now) =>
            both ? left.Holds(run, now) && right.Holds(run, now) : left.Holds(run, now) || right.Holds(run, now);
    }

    /// <summary>Not so.</summary>
    internal sealed class Negated(Condition inner) : Condition
    {
        internal override IEnumerable<RunValue> Values => inner.Values;

        internal override bool Holds(RunSummary run, DateTimeOffset now) => !inner.Holds(run, now);
    }

    /// <summary>A value beside another: <c>max(val_accuracy) &gt; 0.99</c>. A run without the value is never so.</summary>
    internal sealed class Compared(RunValue left, string sign, IReadOnlyList<QueryValue> words, RunValue? right) : Condition
    {
        internal override IEnumerable<RunValue> Values => right is null ? [left] : [left, right];

        internal override bool Holds(RunSummary run, DateTimeOffset now)
        {
            var mine = left.In(run, now);
            var theirs = right?.In(run, now) ?? words;
            return sign == "!="
                ? mine.Count > 0 && theirs.Count > 0 && !mine.Any(value => theirs.Any(other => value.IsSame(other)))
                : mine.Any(value => theirs.Any(other => Fits(value, other)));
        }

        private bool Fits(QueryValue value, QueryValue other) => sign switch
        {
            "=" => value.IsSame(other),
            "~" => value.Text.Contains(other.Text, StringComparison.OrdinalIgnoreCase),
            "<" => value.CompareTo(other) < 0,
            "<=" => value.CompareTo(other) <= 0,
            ">" => value.CompareTo(other) > 0,
            _ => value.CompareTo(other) >= 0,
        };
    }

    /// <summary>A part of the run that has something in it: <c>model has Dropout</c>, <c>callbacks has EarlyStopping</c>.</summary>
    internal sealed class Has(RunValue place, QueryValue what) : Condition
    {
        internal override IEnumerable<RunValue> Values => place.Name is "model" or "layers" or "tag" or "tags" ? [] : [place];

        internal override bool Holds(RunSummary run, DateTimeOffset now) => place.Name switch
        {
            "model" or "layers" => run.Layers.Any(layer => string.Equals(layer, what.Text, StringComparison.OrdinalIgnoreCase)),
            "tag" or "tags" => run.Notes.Tags.Any(tag => string.Equals(tag, what.Text, StringComparison.OrdinalIgnoreCase)),
            _ => Parts(run, now).Any(value => value.IsSame(what)),
        };

        /// <summary>All values at the place and below it, the items of a list of words apart.</summary>
        private IEnumerable<QueryValue> Parts(RunSummary run, DateTimeOffset now)
        {
            var below = run.Settings.All.Where(setting => IsBelow(setting.Path)).Select(setting => setting.Value).ToList();
            _ = place.In(run, now);
            return below.SelectMany(value => value.StartsWith('[') ? value[1..^1].Split(", ") : [value]).Select(QueryValue.Of);
        }

        private bool IsBelow(string path)
        {
            for (var at = path.IndexOf(place.Name, StringComparison.Ordinal); at >= 0; at = path.IndexOf(place.Name, at + 1, StringComparison.Ordinal))
            {
                var end = at + place.Name.Length;
                if ((at == 0 || path[at - 1] == '.') && (end == path.Length || path[end] is '.' or '['))
                {
                    place.Find();
                    return true;
                }
            }

            return false;
        }
    }
}
