namespace ExperimentRunner.Runner.Runs.Comparing;

/// <summary>Mean and deviation of what several runs measured, and whether two such means differ by more than chance.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation of the runs (over count − 1); null for one run.</param>
/// <param name="Count">How many runs there are.</param>
internal readonly record struct Spread(double Mean, double? Deviation, int Count)
{
    /// <summary>Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom.</summary>
    private static readonly double[] Student =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>The spread of at least one value.</summary>
    internal static Spread Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new Spread(mean, values.Count < 2 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)), values.Count);
    }

    /// <summary>
    /// Whether the difference from another mean may be chance: Welch's interval of 95 % contains 0. Where one side is a single run,
    /// the other's deviation stands for both; null where neither has one.
    /// </summary>
    internal bool? IsWithinNoiseOf(Spread other)
    {
        if (!double.IsFinite(Mean) || !double.IsFinite(other.Mean) || (Deviation is null && other.Deviation is null))
        {
            return null;
        }

        var (mine, theirs) = (Deviation ?? other.Deviation!.Value, other.Deviation ?? Deviation!.Value);
        var (a, b) = (mine * mine / Count, theirs * theirs / other.Count);
        if (a + b == 0)
        {
            return Mean == other.Mean;
        }

        var freedom = Deviation is null ? other.Count - 1
            : other.Deviation is null ? Count - 1
            : (a + b) * (a + b) / ((a * a / (Count - 1)) + (b * b / (other.Count - 1)));
        var point = freedom >= Student.Length ? 1.96 + (2.5 / freedom) : Student[Math.Max(0, (int)freedom - 1)];
        return Math.Abs(Mean - other.Mean) <= point * Math.Sqrt(a + b);
    }
}
