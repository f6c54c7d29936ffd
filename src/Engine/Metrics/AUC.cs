using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The area under a curve that is drawn as the threshold for a yes goes from 0 to 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.AUC</c>.</remarks>
[KerasName("AUC", "auc", "Auc")]
public sealed record AUC : Metric, IChecked
{
    /// <summary>How many thresholds there are, spread evenly from 0 to 1.</summary>
    [AtLeast(2)]
    public int NumThresholds { get; init; } = 200;

    /// <summary>Which curve.</summary>
    public AucCurve Curve { get; init; } = AucCurve.ROC;

    /// <summary>How the area between two thresholds is taken.</summary>
    public AucSummation SummationMethod { get; init; } = AucSummation.Interpolation;

    /// <summary>Thresholds between 0 and 1 in place of evenly spread ones; 0 and 1 are added.</summary>
    [Between(0, 1)]
    public IReadOnlyList<double>? Thresholds { get; init; }

    /// <summary>Whether there is a curve for each label, and the figure is their mean.</summary>
    public bool MultiLabel { get; init; }

    /// <summary>How many labels there are; null waits for the first batch.</summary>
    [AtLeast(1)]
    public int? NumLabels { get; init; }

    /// <summary>A weight for each label, or null.</summary>
    [AtLeast(0)]
    public IReadOnlyList<double>? LabelWeights { get; init; }

    /// <summary>Whether the predictions have not gone through a sigmoid yet.</summary>
    public bool FromLogits { get; init; }

    /// <inheritdoc/>
    public override bool? HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricState Start()
    {
        double[] inner = Thresholds is null ? [.. Enumerable.Range(1, NumThresholds - 2).Select(i => (double)i / (NumThresholds - 1))]
            : [.. Thresholds.Order()];
        var rule = new ConfusionRule([-Probability.Epsilon, .. inner, 1 + Probability.Epsilon])
        {
            Even = Thresholds is null || ConfusionRule.AreEven([0, .. inner, 1]),
            FromLogits = FromLogits,
            MultiLabel = MultiLabel,
            LabelWeights = MultiLabel ? null : LabelWeights,
        };
        return new ConfusionState(
            rule,
            [Confusion.TruePositives, Confusion.FalsePositives, Confusion.TrueNegatives, Confusion.FalseNegatives],
            counts => [Area(counts, inner.Length + 2)],
            MultiLabel ? NumLabels : 1);
    }

    IEnumerable<OptionMistake> IChecked.FindMistakes()
    {
        if (NumLabels is not null && !MultiLabel)
        {
            yield return new OptionMistake("num_labels", "num_labels counts the labels of multi_label: true, which is not set.", "null, or nothing");
        }
    }

    private double Area(IReadOnlyList<double[]> counts, int thresholds)
    {
        var labels = counts[0].Length / thresholds;
        var areas = Enumerable.Range(0, labels).Select(label => AreaOf([.. Enumerable.Range(0, thresholds)
            .Select(i => (i * labels) + label)
            .Select(i => new Point(counts[0][i], counts[1][i], counts[2][i], counts[3][i]))])).ToArray();
        return !MultiLabel || LabelWeights is null ? areas.Average()
            : LabelWeights.Sum() == 0 ? 0
            : areas.Select((area, label) => area * LabelWeights[label]).Sum() / LabelWeights.Sum();
    }

    private double AreaOf(Point[] points)
    {
        var area = 0.0;
        for (var i = 0; i + 1 < points.Length; i++)
        {
            area += (Curve, SummationMethod) is (AucCurve.PR, AucSummation.Interpolation)
                ? Point.PrecisionRecallArea(points[i], points[i + 1])
                : Piece(points[i].On(Curve), points[i + 1].On(Curve));
        }

        return area;
    }

    private double Piece((double X, double Y) here, (double X, double Y) next) => (here.X - next.X) * (SummationMethod switch
    {
        AucSummation.Interpolation => (here.Y + next.Y) / 2,
        AucSummation.Minoring => Math.Min(here.Y, next.Y),
        _ => Math.Max(here.Y, next.Y),
    });

    /// <summary>The counts at one threshold.</summary>
    private readonly record struct Point(double TruePositives, double FalsePositives, double TrueNegatives, double FalseNegatives)
    {
        private double Positives => TruePositives + FalsePositives;

        internal (double X, double Y) On(AucCurve curve) => curve switch
        {
            AucCurve.ROC => (Share.Of(FalsePositives, TrueNegatives), Share.Of(TruePositives, FalseNegatives)),
            AucCurve.PR => (Share.Of(TruePositives, FalseNegatives), Share.Of(TruePositives, FalsePositives)),
            _ when TruePositives == 0 => (0, 1),
            _ => (Math.Max(1 - (Odds * FalseNegatives / TruePositives), 0), 1 - (Odds * FalsePositives / TruePositives)),
        };

        /// <summary>The area between two thresholds, with both counts, not the precision, taken as straight lines: Davis and Goadrich (2006).</summary>
        internal static double PrecisionRecallArea(Point here, Point next)
        {
            var right = here.TruePositives - next.TruePositives;
            var slope = OrZero(right, Math.Max(here.Positives - next.Positives, 0));
            var intercept = next.TruePositives - (slope * next.Positives);
            var ratio = here.Positives > 0 && next.Positives > 0 ? here.Positives / next.Positives : 1;
            return OrZero(slope * (right + (intercept * Math.Log(ratio))), Math.Max(next.TruePositives + next.FalseNegatives, 0));
        }

        private double Odds => OrZero(TruePositives + FalseNegatives, TrueNegatives + FalsePositives);

        private static double OrZero(double a, double b) => b == 0 ? 0 : a / b;
    }
}

/// <summary>A curve that is drawn as the threshold for a yes goes from 0 to 1.</summary>
public enum AucCurve
{
    /// <summary>The part of what is true that is predicted yes, over the part of what is not true that is predicted yes.</summary>
    [KerasName("ROC", "roc")]
    ROC,

    /// <summary>Precision over recall.</summary>
    [KerasName("PR", "pr")]
    PR,

    /// <summary>Precision gain over recall gain: Flach and Kull (2015).</summary>
    [KerasName("PRGAIN", "prgain")]
    PRGAIN,
}

/// <summary>How the area between two thresholds is taken.</summary>
public enum AucSummation
{
    /// <summary>Between straight lines.</summary>
    [KerasName("interpolation", "Interpolation")]
    Interpolation,

    /// <summary>Under the higher of the two ends.</summary>
    [KerasName("majoring", "Majoring")]
    Majoring,

    /// <summary>Under the lower of the two ends.</summary>
    [KerasName("minoring", "Minoring")]
    Minoring,
}
