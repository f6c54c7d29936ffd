namespace ExperimentRunner.Runner.Sweeping;

/// <summary>Every combination of what several <c>--set</c> list: <c>a=1,2</c> and <c>b=x,y</c> are four runs.</summary>
internal static class SweepPlan
{
    /// <summary>How many runs a sweep may have.</summary>
    internal const int MostRuns = 10_000;

    /// <summary>The overrides of each run, the last <c>--set</c> changing fastest; null where there would be too many.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>>? Of(IReadOnlyList<string> sets)
    {
        var choices = sets.Select(Choices).ToList();
        if (choices.Aggregate(1L, (product, choice) => Math.Min(product * choice.Count, MostRuns + 1)) > MostRuns)
        {
            return null;
        }

        IEnumerable<IReadOnlyList<string>> runs = [[]];
        foreach (var choice in choices)
        {
            runs = runs.SelectMany(run => choice.Select(one => (IReadOnlyList<string>)[.. run, one])).ToList();
        }

        return [.. runs];
    }

    /// <summary>What one argument lists: commas inside brackets and quotes do not separate.</summary>
    internal static IReadOnlyList<string> Choices(string set)
    {
        var equals = set.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || (equals > 0 && set[equals - 1] == '+'))
        {
            return [set];
        }

        var (values, start, depth, quote) = (new List<string>(), equals + 1, 0, '\0');
        for (var i = equals + 1; i < set.Length; i++)
        {
            var letter = set[i];
            if (quote != '\0')
            {
                quote = letter == quote ? '\0' : quote;
            }
            else if (letter is '\'' or '"')
            {
                quote = letter;
            }
            else if (letter is '[' or '{' or '(')
            {
                depth++;
            }
            else if (letter is ']' or '}' or ')')
            {
                depth--;
            }
            else if (letter == ',' && depth <= 0)
            {
                values.Add(set[start..i]);
                start = i + 1;
            }
        }

        values.Add(set[start..]);
        return values.Count == 1 ? [set] : [.. values.Select(value => set[..(equals + 1)] + value.Trim())];
    }
}
