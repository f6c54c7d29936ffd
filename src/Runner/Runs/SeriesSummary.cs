namespace ExperimentRunner.Runner.Runs;

/// <summary>A curve in a few figures.</summary>
/// <param name="Label">What people call it.</param>
/// <param name="Count">How many measurements there are.</param>
/// <param name="First">The first value.</param>
/// <param name="Last">The last value.</param>
/// <param name="LastStep">Where it was measured.</param>
/// <param name="Min">The least finite value; NaN where none is finite.</param>
/// <param name="MinStep">Where it was first measured.</param>
/// <param name="Max">The greatest finite value; NaN where none is finite.</param>
/// <param name="MaxStep">Where it was first measured.</param>
/// <param name="Outline">The curve in at most <see cref="OutlineLength"/> values: means of equal stretches.</param>
internal sealed record SeriesSummary(
    string Label, int Count, double First, double Last, long LastStep, double Min, long MinStep, double Max, long MaxStep, IReadOnlyList<float> Outline)
{
    /// <summary>How many values an outline has at most.</summary>
    internal const int OutlineLength = 16;

    /// <summary>Sums up a curve.</summary>
    internal static SeriesSummary Of(Series series)
    {
        var points = series.Points;
        var (min, max) = (new CurvePoint(0, null, 0, double.NaN), new CurvePoint(0, null, 0, double.NaN));
        foreach (var point in points)
        {
            if (double.IsFinite(point.Value))
            {
                min = point.Value >= min.Value ? min : point;
                max = point.Value <= max.Value ? max : point;
            }
        }

        return new SeriesSummary(
            series.Label, points.Count, points[0].Value, points[^1].Value, points[^1].Step, min.Value, min.Step, max.Value, max.Step, OutlineOf(points, OutlineLength));
    }

    /// <summary>The means of equal stretches of a curve; a stretch with no finite value is NaN.</summary>
    internal static IReadOnlyList<float> OutlineOf(IReadOnlyList<CurvePoint> points, int length)
    {
        var outline = new float[Math.Min(length, points.Count)];
        for (var i = 0; i < outline.Length; i++)
        {
            var (from, to) = ((int)((long)i * points.Count / outline.Length), (int)((long)(i + 1) * points.Count / outline.Length));
            var (sum, count) = (0.0, 0);
            for (var at = from; at < to; at++)
            {
                if (double.IsFinite(points[at].Value))
                {
                    (sum, count) = (sum + points[at].Value, count + 1);
                }
            }

            outline[i] = count == 0 ? float.NaN : (float)(sum / count);
        }

        return outline;
    }
}
