using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Graphs;

namespace ExperimentRunner.Runner.Runs.Comparing;

/// <summary>
/// Tells which layer of one model answers to which of another. Names that people gave come first; layers that are numbered
/// (<c>conv2d_1</c>) are laid beside each other in the graph's order so that most stays the same, because one layer more gives all
/// that follow other numbers.
/// </summary>
internal static partial class ModelAlignment
{
    private const double Anchor = 1000;
    private const double SameClass = 10;
    private const double SameName = 2;
    private const double AllOptions = 3;
    private const double EachOption = 4;
    private const double SameShape = 1;
    private const int LargestTable = 4_000_000;

    /// <summary>The pairs, as positions in both lists, in the order of the first; and the pairs that stand elsewhere in the second.</summary>
    internal static (IReadOnlyList<(int Before, int After)> Pairs, IReadOnlyList<(int Before, int After)> Moved) Of(IReadOnlyList<RunLayer> before, IReadOnlyList<RunLayer> after)
    {
        var named = NamedPairs(before, after);
        var pairs = Align(before, after, named);
        var moved = new List<(int, int)>();
        var (freeBefore, freeAfter) = (
            Enumerable.Range(0, before.Count).Except(pairs.Select(pair => pair.Before)).ToList(),
            Enumerable.Range(0, after.Count).Except(pairs.Select(pair => pair.After)).ToList());
        foreach (var i in freeBefore)
        {
            var j = named.TryGetValue(i, out var same) ? same
                : freeAfter.Where(j => !named.ContainsValue(j) && before[i].Class == after[j].Class && SameOptions(before[i], after[j]))
                    .OrderByDescending(j => before[i].Name == after[j].Name).ThenBy(j => Math.Abs(i - j)).Cast<int?>().FirstOrDefault();
            if (j is { } found && freeAfter.Remove(found))
            {
                moved.Add((i, found));
            }
        }

        return (pairs, moved);
    }

    /// <summary>Whether nobody named a layer: it has its class's name, perhaps with a number.</summary>
    internal static bool IsNumbered(RunLayer layer) =>
        Number().Replace(layer.Name[(layer.Name.LastIndexOf('/') + 1)..], "") == Number().Replace(LayerNames.FromClass(layer.Class), "");

    private static bool SameOptions(RunLayer a, RunLayer b) =>
        a.Options.Count == b.Options.Count && a.Options.All(option => b.Options.TryGetValue(option.Key, out var other) && other == option.Value);

    private static Dictionary<int, int> NamedPairs(IReadOnlyList<RunLayer> before, IReadOnlyList<RunLayer> after)
    {
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var j = 0; j < after.Count; j++)
        {
            if (!IsNumbered(after[j]))
            {
                byName.TryAdd(after[j].Name, j);
            }
        }

        var pairs = new Dictionary<int, int>();
        for (var i = 0; i < before.Count; i++)
        {
            if (!IsNumbered(before[i]) && byName.Remove(before[i].Name, out var j))
            {
                pairs[i] = j;
            }
        }

        return pairs;
    }

    private static List<(int Before, int After)> Align(IReadOnlyList<RunLayer> before, IReadOnlyList<RunLayer> after, Dictionary<int, int> named)
    {
        if ((long)before.Count * after.Count > LargestTable)
        {
            return AlignByName(before, after);
        }

        var taken = named.Values.ToHashSet();
        var best = new double[before.Count + 1, after.Count + 1];
        for (var i = before.Count - 1; i >= 0; i--)
        {
            for (var j = after.Count - 1; j >= 0; j--)
            {
                best[i, j] = Math.Max(Math.Max(best[i + 1, j], best[i, j + 1]), best[i + 1, j + 1] + Score(i, j));
            }
        }

        var pairs = new List<(int, int)>();
        for (var (i, j) = (0, 0); i < before.Count && j < after.Count;)
        {
            if (Score(i, j) is > 0 and var score && best[i, j] == best[i + 1, j + 1] + score)
            {
                pairs.Add((i++, j++));
            }
            else if (best[i, j] == best[i + 1, j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return pairs;

        double Score(int i, int j)
        {
            if (named.TryGetValue(i, out var partner) || taken.Contains(j))
            {
                return partner == j && named.ContainsKey(i) ? Anchor : double.NegativeInfinity;
            }

            var (a, b) = (before[i], after[j]);
            if (a.Class != b.Class)
            {
                return double.NegativeInfinity;
            }

            var same = a.Options.Count(option => b.Options.TryGetValue(option.Key, out var other) && other == option.Value);
            var all = Math.Max(a.Options.Count, b.Options.Count);
            return SameClass + (a.Name == b.Name ? SameName : 0) + (all == 0 ? EachOption : EachOption * same / all) + (same == all ? AllOptions : 0)
                + (a.Shape == b.Shape ? SameShape : 0) + (a.Parameters == b.Parameters ? SameShape : 0);
        }
    }

    /// <summary>For models too large to be laid beside each other.</summary>
    private static List<(int Before, int After)> AlignByName(IReadOnlyList<RunLayer> before, IReadOnlyList<RunLayer> after)
    {
        var byName = after.Select((layer, j) => (layer.Name, j)).DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.j, StringComparer.Ordinal);
        return [.. before.Select((layer, i) => (i, byName.GetValueOrDefault(layer.Name, -1))).Where(pair => pair.Item2 >= 0 && after[pair.Item2].Class == before[pair.i].Class)];
    }

    [GeneratedRegex(@"_\d+$")]
    private static partial Regex Number();
}
