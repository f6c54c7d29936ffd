using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A metric that is the best of one share at any threshold where another share is good enough.</summary>
/// <remarks>Source: Keras 3, <c>SensitivitySpecificityBase</c>.</remarks>
public abstract record TradeOffMetric : Metric
{
    /// <summary>How many thresholds are tried, spread evenly from 0 to 1.</summary>
    [AtLeast(1)]
    public int NumThresholds { get; init; } = 200;

    /// <summary>The only class that is looked at; null is all.</summary>
    [AtLeast(0)]
    public int? ClassId { get; init; }

    /// <inheritdoc/>
    public sealed override bool? HigherIsBetter => true;

    /// <summary>What is good enough.</summary>
    protected abstract double Needed { get; }

    /// <summary>The share that must be good enough, and the share that is wanted.</summary>
    private protected abstract (double Kept, double Wanted) Shares(Counts counts);

    /// <inheritdoc/>
    public sealed override MetricState Start()
    {
        double[] thresholds = NumThresholds == 1 ? [ConfusionRule.Half]
            : [.. Enumerable.Range(0, NumThresholds).Select(i => (double)i / (NumThresholds - 1))];
        return new ConfusionState(
            new ConfusionRule(thresholds) { ClassId = ClassId, Even = NumThresholds > 1 },
            [Confusion.TruePositives, Confusion.FalsePositives, Confusion.TrueNegatives, Confusion.FalseNegatives],
            counts =>
            {
                var best = 0.0;
                for (var i = 0; i < thresholds.Length; i++)
                {
                    var (kept, wanted) = Shares(new Counts(counts[0][i], counts[1][i], counts[2][i], counts[3][i]));
                    best = (float)kept >= (float)Needed ? Math.Max(best, wanted) : best; // as in float32: 0.6 is good enough for 0.6
                }

                return [best];
            });
    }

    /// <summary>The counts at one threshold, and the shares they make.</summary>
    private protected readonly record struct Counts(double TruePositives, double FalsePositives, double TrueNegatives, double FalseNegatives)
    {
        internal double Precision => Share.Of(TruePositives, FalsePositives);

        internal double Recall => Share.Of(TruePositives, FalseNegatives);

        internal double Specificity => Share.Of(TrueNegatives, FalsePositives);
    }
}
