using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Curves drawn with characters, each with its own mark.</summary>
internal static class TextChart
{
    private const string Marks = "•○×+";
    private const int Height = 9;
    private const int LabelWidth = 10;

    /// <summary>Draws curves over their steps; nothing where no point is finite.</summary>
    /// <param name="curves">The curves, at most as many as there are marks.</param>
    /// <param name="width">How many characters a line has.</param>
    internal static IReadOnlyList<string> Draw(IReadOnlyList<Series> curves, int width)
    {
        var points = curves.SelectMany(curve => curve.Points).Where(point => double.IsFinite(point.Value)).ToList();
        var columns = Math.Max(10, width - LabelWidth - 3);
        if (points.Count == 0)
        {
            return [];
        }

        var (low, high) = (points.Min(point => point.Value), points.Max(point => point.Value));
        var (first, last) = (points.Min(point => point.Step), points.Max(point => point.Step));
        var canvas = new char[Height, columns];
        for (var i = Math.Min(curves.Count, Marks.Length) - 1; i >= 0; i--) // the first lies on top
        {
            foreach (var point in curves[i].Points.Where(point => double.IsFinite(point.Value)))
            {
                var row = high == low ? Height / 2 : (int)Math.Round((high - point.Value) / (high - low) * (Height - 1));
                var column = last == first ? 0 : (int)((double)(point.Step - first) / (last - first) * (columns - 1));
                canvas[row, column] = Marks[i];
            }
        }

        var lines = new List<string>();
        for (var row = 0; row < Height; row++)
        {
            var label = row % 4 == 0 ? Words.Figure(high - ((high - low) * row / (Height - 1))) : "";
            lines.Add($"{label,LabelWidth} {(label.Length > 0 ? '┤' : '│')}{string.Concat(Enumerable.Range(0, columns).Select(column => canvas[row, column] == 0 ? ' ' : canvas[row, column])).TrimEnd()}");
        }

        lines.Add($"{"",LabelWidth} └{new string('─', columns)}");
        lines.Add($"{"",LabelWidth}  {first.ToString(System.Globalization.CultureInfo.InvariantCulture)}{last.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(columns - first.ToString(System.Globalization.CultureInfo.InvariantCulture).Length)}");
        return lines;
    }

    /// <summary>The mark of a curve in a chart.</summary>
    internal static char MarkOf(int curve) => Marks[Math.Min(curve, Marks.Length - 1)];
}
