using System.Collections.Frozen;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Metrics;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Which direction of a figure is better, told from its name alone, as ModelCheckpoint's <c>mode: auto</c> does.</summary>
internal static class Direction
{
    private static readonly Lazy<FrozenDictionary<string, bool>> Known = new(Read);

    /// <summary>
    /// Whether more is better: true for the name of a metric of that kind, whatever stands before it (<c>val_accuracy</c>,
    /// <c>evaluate/digit_auc</c>) or numbers it (<c>auc_1</c>); less is better for all others.
    /// </summary>
    internal static bool HigherIsBetter(string label)
    {
        var name = label[(label.LastIndexOf('/') + 1)..];
        while (true)
        {
            if (Known.Value.TryGetValue(name, out var higher) || Known.Value.TryGetValue(name.TrimEnd([.. "0123456789"]).TrimEnd('_'), out higher))
            {
                return higher;
            }

            var underscore = name.IndexOf('_', StringComparison.Ordinal);
            if (underscore < 0)
            {
                return false;
            }

            name = name[(underscore + 1)..];
        }
    }

    private static FrozenDictionary<string, bool> Read()
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal) { ["loss"] = false, ["acc"] = true, ["accuracy"] = true };
        foreach (var name in Catalog.NamesOf(typeof(Metric)))
        {
            var type = Catalog.Find(typeof(Metric), name)!;
            if (type != typeof(MeanMetricWrapper)) // it is what it wraps
            {
                var metric = (Metric)Activator.CreateInstance(type)!;
                known.TryAdd(metric.DefaultName, metric.HigherIsBetter ?? false);
                known.TryAdd(name, metric.HigherIsBetter ?? false);
            }
        }

        return known.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
