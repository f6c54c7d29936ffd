using System.Text.Json;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Reporting.Pages;

/// <summary>The curves of runs for charts: thinned out where they are long, with every extreme kept.</summary>
internal static class Curves
{
    private const int MostPoints = 16_000; // of a whole page
    private const int FewestPoints = 40; // of a curve

    /// <summary>The curves of a run, in the order in which they began.</summary>
    internal static IReadOnlyList<Curve> Of(MetricsHistory history) =>
        [.. history.Series.Where(series => series.Metric != "global_step").Select(series => // the axis, no figure
        {
            var isValidation = series.Metric.StartsWith("val_", StringComparison.Ordinal);
            var phase = (series.Name is null ? series.Phase : $"{series.Phase} {series.Name}") + (isValidation ? " val" : "");
            return new Curve(phase, isValidation ? series.Metric[4..] : series.Metric, series.Points);
        })];

    /// <summary>Writes the curves of runs as the charts read them.</summary>
    /// <param name="json">Where.</param>
    /// <param name="runs">The runs' names and curves.</param>
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<(string Run, IReadOnlyList<Curve> Curves)> runs)
    {
        var most = Math.Max(FewestPoints, MostPoints / Math.Max(1, runs.Sum(run => run.Curves.Count)));
        json.WriteStartArray();
        foreach (var (run, curves) in runs)
        {
            json.WriteStartObject();
            json.WriteString("run", run);
            json.WriteStartArray("curves");
            foreach (var curve in curves)
            {
                Write(json, curve, Thin(curve.Points, most));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>At most so many points: of each stretch the first, the least, the greatest and one that is no number, in order; and the last of all.</summary>
    internal static IReadOnlyList<CurvePoint> Thin(IReadOnlyList<CurvePoint> points, int most)
    {
        if (points.Count <= most)
        {
            return points;
        }

        var thin = new List<CurvePoint>(most);
        var stretches = Math.Max(1, (most - 1) / 4);
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var (from, to) = ((int)((long)points.Count * stretch / stretches), (int)((long)points.Count * (stretch + 1) / stretches));
            var (least, greatest, odd) = (-1, -1, -1);
            for (var i = from; i < to; i++)
            {
                if (!double.IsFinite(points[i].Value))
                {
                    odd = i;
                    continue;
                }

                least = least < 0 || points[i].Value < points[least].Value ? i : least;
                greatest = greatest < 0 || points[i].Value > points[greatest].Value ? i : greatest;
            }

            thin.AddRange(new SortedSet<int> { from, least, greatest, odd }.Where(i => i >= 0).Select(i => points[i]));
        }

        if (thin[^1] != points[^1])
        {
            thin.Add(points[^1]);
        }

        return thin;
    }

    private static void Write(Utf8JsonWriter json, Curve curve, IReadOnlyList<CurvePoint> points)
    {
        json.WriteStartObject();
        json.WriteString("phase", curve.Phase);
        json.WriteString("figure", curve.Figure);
        json.WriteNumber("count", curve.Points.Count);
        Write(json, "step", points.Select(point => (double?)point.Step), "0");
        Write(json, "time", points.Select(point => (double?)point.Time), "0.##");
        if (points.Any(point => point.Epoch is not null))
        {
            Write(json, "epoch", points.Select(point => (double?)point.Epoch), "0");
        }

        Write(json, "value", points.Select(point => double.IsFinite(point.Value) ? point.Value : (double?)null), "G6");
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<double?> numbers, string format)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            if (number is { } known)
            {
                json.WriteRawValue(known.ToString(format, System.Globalization.CultureInfo.InvariantCulture), skipInputValidation: true);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }
}

/// <summary>A figure of a phase as it went.</summary>
/// <param name="Phase">What was being done: <c>train</c>, <c>fit val</c>, <c>evaluate test</c>.</param>
/// <param name="Figure">The figure, without <c>val_</c>.</param>
/// <param name="Points">Its values, in the order they were measured.</param>
internal sealed record Curve(string Phase, string Figure, IReadOnlyList<CurvePoint> Points);
