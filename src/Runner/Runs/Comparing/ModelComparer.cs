using System.Globalization;

namespace ExperimentRunner.Runner.Runs.Comparing;

/// <summary>Tells how one model differs from another, layer by layer.</summary>
internal static class ModelComparer
{
    /// <summary>The layers that differ; none where the models are the same.</summary>
    internal static IReadOnlyList<LayerDifference> Compare(RunModel before, RunModel after)
    {
        var (pairs, moved) = ModelAlignment.Of(before.Layers, after.Layers);
        var partner = pairs.Concat(moved).ToDictionary(pair => before.Layers[pair.Before].Name, pair => after.Layers[pair.After].Name, StringComparer.Ordinal);
        var kept = partner.Values.ToHashSet(StringComparer.Ordinal);
        var movedNames = moved.SelectMany(pair => new[] { before.Layers[pair.Before].Name, after.Layers[pair.After].Name }).ToHashSet(StringComparer.Ordinal);
        var found = new List<(double Place, LayerDifference Difference)>();
        foreach (var (i, j) in pairs)
        {
            var (a, b) = (before.Layers[i], after.Layers[j]);
            if (Changed(a, b, Rewired(a, b, partner, kept, movedNames)) is { } changed)
            {
                found.Add((j, changed));
            }
        }

        foreach (var (i, j) in moved)
        {
            found.Add((j, Moved(before.Layers[i], after.Layers[j])));
        }

        var placed = pairs.ToDictionary(pair => pair.Before, pair => pair.After);
        for (var i = 0; i < before.Layers.Count; i++)
        {
            if (!partner.ContainsKey(before.Layers[i].Name))
            {
                var previous = Enumerable.Range(0, i).Reverse().Where(placed.ContainsKey).Select(k => placed[k]).Cast<int?>().FirstOrDefault() ?? -1;
                var layer = before.Layers[i];
                found.Add((previous + 0.5, new LayerDifference(LayerChange.Removed, layer, null, [], $"removed: {Described(layer)}{After(layer)}{Parameters(-layer.Parameters)}")));
            }
        }

        for (var j = 0; j < after.Layers.Count; j++)
        {
            if (!kept.Contains(after.Layers[j].Name))
            {
                var layer = after.Layers[j];
                found.Add((j, new LayerDifference(LayerChange.Added, null, layer, [], $"added: {Described(layer)}{After(layer)}{Parameters(layer.Parameters)}")));
            }
        }

        return [.. found.OrderBy(difference => difference.Place).Select(difference => difference.Difference)];
    }

    private static LayerDifference? Changed(RunLayer a, RunLayer b, string? rewired)
    {
        var options = Options(a, b);
        var words = a.Class != b.Class ? [$"{a.Class} → {b.Class}"] // most options are others, too
            : options.Select(option => $"{option.Name} {option.Before ?? "(none)"} → {option.After ?? "(none)"}").ToList();

        if (rewired is not null)
        {
            words.Add(rewired);
        }

        if (a.Name != b.Name && (!ModelAlignment.IsNumbered(a) || !ModelAlignment.IsNumbered(b)))
        {
            words.Add($"called {a.Name} before");
        }

        var difference = b.Parameters - a.Parameters;
        if (words.Count == 0)
        {
            return difference is null or 0 ? null
                : new LayerDifference(LayerChange.Changed, a, b, [], $"{b.Name}: another shape comes in{Parameters(difference)}");
        }

        return new LayerDifference(LayerChange.Changed, a, b, options, $"{b.Name}: {string.Join(", ", words)}{Parameters(difference)}");
    }

    private static LayerDifference Moved(RunLayer a, RunLayer b)
    {
        var options = Options(a, b);
        var also = string.Concat(options.Select(option => $", {option.Name} {option.Before ?? "(none)"} → {option.After ?? "(none)"}"));
        return new LayerDifference(
            LayerChange.Moved, a, b, options, $"moved: {b.Name} from after {Inputs(a)} to after {Inputs(b)}{also}{Parameters(b.Parameters - a.Parameters)}");
    }

    /// <summary>
    /// Says that a layer takes its input from another layer than before. Where a layer between them came, went or moved, that is
    /// said there and not once more.
    /// </summary>
    private static string? Rewired(RunLayer a, RunLayer b, Dictionary<string, string> partner, HashSet<string> kept, HashSet<string> moved)
    {
        if (a.Inputs.SequenceEqual(b.Inputs.AsEnumerable(), StringComparer.Ordinal) && a.Inputs.All(input => partner.GetValueOrDefault(input) == input))
        {
            return null;
        }

        var answers = a.Inputs.Select(input => partner.GetValueOrDefault(WithoutIndex(input))).ToList();
        var now = b.Inputs.Select(WithoutIndex).ToList();
        return answers.Contains(null) || now.Exists(input => !kept.Contains(input)) || a.Inputs.Concat(b.Inputs).Any(input => moved.Contains(WithoutIndex(input)))
            || answers.SequenceEqual(now, StringComparer.Ordinal)
            ? null
            : $"from {Inputs(a)} → {Inputs(b)}";
    }

    private static List<OptionDifference> Options(RunLayer a, RunLayer b) =>
    [
        .. a.Options.Keys.Union(b.Options.Keys, StringComparer.Ordinal)
            .Select(name => new OptionDifference(name, a.Options.GetValueOrDefault(name), b.Options.GetValueOrDefault(name)))
            .Where(option => option.Before != option.After),
    ];

    private static string WithoutIndex(string input) => input.LastIndexOf('.') is > 0 and var dot && input.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? input[..dot] : input;

    private static string Described(RunLayer layer) => ModelAlignment.IsNumbered(layer) ? $"{layer.Name} ({layer.Class})" : $"{layer.Name}, a {layer.Class}";

    private static string After(RunLayer layer) => layer.Inputs.Count == 0 ? "" : $" after {Inputs(layer)}";

    private static string Inputs(RunLayer layer) => layer.Inputs.Count == 0 ? "nothing" : string.Join(" and ", layer.Inputs);

    private static string Parameters(long? difference) => difference is null or 0 ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ({(difference > 0 ? '+' : '−')}{Math.Abs(difference.Value):N0} parameters)");
}
