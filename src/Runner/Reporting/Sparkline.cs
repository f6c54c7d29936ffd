namespace ExperimentRunner.Runner.Reporting;

/// <summary>A curve in one line of text: <c>█▆▄▃▂▂▁▁</c>.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>Draws values, each a character; what is not a number is a point.</summary>
    /// <param name="values">The values.</param>
    /// <param name="width">How many characters there are at most; more values than that are passed over evenly.</param>
    internal static string Draw(IReadOnlyList<float> values, int width)
    {
        var finite = values.Where(float.IsFinite).ToList();
        if (finite.Count == 0)
        {
            return new string('·', Math.Min(width, values.Count));
        }

        var (least, most) = (finite.Min(), finite.Max());
        var count = Math.Min(width, values.Count);
        return string.Concat(Enumerable.Range(0, count).Select(i => Bar(values[count == values.Count ? i : (int)((long)i * (values.Count - 1) / Math.Max(1, count - 1))], least, most)));
    }

    private static char Bar(float value, float least, float most) =>
        !float.IsFinite(value) ? '·' : most == least ? Bars[3] : Bars[Math.Clamp((int)((value - least) / (most - least) * Bars.Length), 0, Bars.Length - 1)];
}
