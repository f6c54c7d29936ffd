namespace ExperimentRunner.Engine.Operations;

/// <summary>The likeliest sequences of labels up to some time. Each has two scores: of ways that end with its last label, and of ways that end with nothing.</summary>
/// <remarks>Source: Graves et al. (2006); Hannun et al. (2014), algorithm 1, without a model of language.</remarks>
/// <param name="width">How many stay.</param>
/// <param name="blank">The class that stands for nothing.</param>
internal sealed class LabelBeam(int width, int blank)
{
    private List<Path> _paths = [];
    private bool _begun;

    /// <summary>Goes one step on.</summary>
    /// <param name="logs">The logarithm of each class's share.</param>
    internal void Step(ReadOnlySpan<float> logs)
    {
        if (!_begun)
        {
            _begun = true;
            _paths = [.. Begin(logs)];
            return;
        }

        var next = new Dictionary<string, Path>(StringComparer.Ordinal);
        foreach (var path in _paths)
        {
            for (var label = 0; label < logs.Length; label++)
            {
                var (all, log) = (Sum(path.Ending, path.Silent), logs[label]);
                if (label == blank)
                {
                    Reach(path.Labels).Silent = Sum(Reach(path.Labels).Silent, all + log);
                }
                else if (path.Labels.Length > 0 && path.Labels[^1] == label)
                {
                    Reach(path.Labels).Ending = Sum(Reach(path.Labels).Ending, path.Ending + log);
                    var again = Reach([.. path.Labels, label]);
                    again.Ending = Sum(again.Ending, path.Silent + log);
                }
                else
                {
                    var longer = Reach([.. path.Labels, label]);
                    longer.Ending = Sum(longer.Ending, all + log);
                }
            }
        }

        _paths = [.. Sorted(next.Values).Take(width)];

        Path Reach(int[] labels)
        {
            var key = string.Join(',', labels);
            if (!next.TryGetValue(key, out var path))
            {
                next[key] = path = new Path(labels);
            }

            return path;
        }
    }

    /// <summary>The likeliest sequences, the best first, with the logarithm of their shares.</summary>
    internal IEnumerable<(int[] Labels, double Score)> Best(int count) => Sorted(_paths).Take(count).Select(path => (path.Labels, Sum(path.Ending, path.Silent)));

    private List<Path> Begin(ReadOnlySpan<float> logs)
    {
        var paths = new List<Path>();
        for (var label = 0; label < logs.Length; label++)
        {
            paths.Add(label == blank ? new Path([]) { Silent = logs[label] } : new Path([label]) { Ending = logs[label] });
        }

        return [.. Sorted(paths).Take(width)];
    }

    private static IEnumerable<Path> Sorted(IEnumerable<Path> paths) => paths.Where(path => !double.IsNegativeInfinity(Sum(path.Ending, path.Silent))).OrderByDescending(path => Sum(path.Ending, path.Silent));

    /// <summary>The logarithm of the sum of two shares.</summary>
    private static double Sum(double one, double other)
    {
        var most = Math.Max(one, other);
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(Math.Exp(one - most) + Math.Exp(other - most));
    }

    private sealed class Path(int[] labels)
    {
        internal int[] Labels => labels;

        internal double Ending { get; set; } = double.NegativeInfinity;

        internal double Silent { get; set; } = double.NegativeInfinity;
    }
}
