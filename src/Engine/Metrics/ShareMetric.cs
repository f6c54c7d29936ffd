using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A metric that is the part of what is rightly yes: among all that is predicted yes, or among all that is true.</summary>
public abstract record ShareMetric : Metric
{
    /// <summary>Above it, a prediction is a yes; several give several values; null is 0.5, or with <c>top_k</c> none.</summary>
    [OneOrMore, Between(0, 1)]
    public IReadOnlyList<double>? Thresholds { get; init; }

    /// <summary>How many of an example's greatest predictions count as yes; null is all above the threshold.</summary>
    [AtLeast(1)]
    public int? TopK { get; init; }

    /// <summary>The only class that is looked at; null is all.</summary>
    [AtLeast(0)]
    public int? ClassId { get; init; }

    /// <inheritdoc/>
    public sealed override bool? HigherIsBetter => true;

    /// <summary>The other part: what is wrong.</summary>
    private protected abstract Confusion Rest { get; }

    /// <inheritdoc/>
    public sealed override MetricState Start()
    {
        var thresholds = Thresholds ?? [TopK is null ? ConfusionRule.Half : ConfusionRule.BelowAll];
        return new ConfusionState(
            new ConfusionRule(thresholds) { TopK = TopK, ClassId = ClassId },
            [Confusion.TruePositives, Rest],
            counts => [.. counts[0].Zip(counts[1], (right, rest) => Share.Of(right, rest))]);
    }
}

/// <summary>A part of a whole.</summary>
internal static class Share
{
    /// <summary>The part that <paramref name="some"/> is of itself and the rest together; 0 of nothing.</summary>
    internal static double Of(double some, double rest) => some + rest == 0 ? 0 : some / (some + rest);
}
