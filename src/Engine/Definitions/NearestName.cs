namespace ExperimentRunner.Engine.Definitions;

/// <summary>Finds the name that a person most likely meant.</summary>
public static class NearestName
{
    /// <summary>The candidate nearest to a name by edit distance, or null when none is near enough to be worth telling.</summary>
    /// <remarks>Near enough: letters apart from case, or at most a third of the name's letters wrong (at least one, in names of three letters or more).</remarks>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        var (least, leastAsWritten) = (name.Length < 3 ? 1 : Math.Max(1, name.Length / 3) + 1, int.MaxValue);
        foreach (var candidate in candidates)
        {
            var distance = Distance(Plain(name), Plain(candidate), least + 1);
            if (distance > least || (distance == least && best is null))
            {
                continue;
            }

            var asWritten = Distance(name, candidate, int.MaxValue); // of two as near, the one in the writer's own style
            if (distance < least || asWritten < leastAsWritten)
            {
                (best, least, leastAsWritten) = (candidate, distance, asWritten);
            }
        }

        return best;
    }

    /// <summary>The hint to end a message with: <c> Did you mean 'units'?</c>, or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        Of(name, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Optimal string alignment distance: a swap of neighbours counts as one slip.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit)
        {
            return limit;
        }

        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
