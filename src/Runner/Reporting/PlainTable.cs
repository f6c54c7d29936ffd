using System.Text;
using Spectre.Console;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>
/// A table of one line a row, for many rows: where it is wider than the terminal, its widest columns are cut. (Spectre's own takes
/// a second for ten thousand rows.)
/// </summary>
/// <param name="header">The names of the columns.</param>
internal sealed class PlainTable(IReadOnlyList<string> header)
{
    private const int LeastWidth = 8;
    private readonly List<string[]> _rows = [];

    /// <summary>The columns whose cells stand at their right.</summary>
    internal HashSet<int> Right { get; } = [];

    /// <summary>Adds a row.</summary>
    internal void Add(string[] cells) => _rows.Add(cells);

    /// <summary>Writes it.</summary>
    internal void Write(Terminal terminal)
    {
        var widths = header.Select((name, column) => _rows.Aggregate(WidthOf(name), (width, row) => Math.Max(width, WidthOf(row[column])))).ToArray();
        for (var room = terminal.Out.Profile.Width - 1 - (3 * widths.Length); widths.Sum() > room && widths.Max() > LeastWidth;)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        var text = new StringBuilder();
        Rule(text, widths, '┌', '┬', '┐');
        Line(text, header, widths);
        Rule(text, widths, '├', '┼', '┤');
        foreach (var row in _rows)
        {
            Line(text, row, widths);
        }

        Rule(text, widths, '└', '┴', '┘');
        terminal.PrintText(text.ToString());
    }

    private static void Rule(StringBuilder text, int[] widths, char left, char middle, char right)
    {
        for (var column = 0; column < widths.Length; column++)
        {
            text.Append(column == 0 ? left : middle).Append('─', widths[column] + 2);
        }

        text.Append(right).Append('\n');
    }

    private void Line(StringBuilder text, IReadOnlyList<string> cells, int[] widths)
    {
        for (var column = 0; column < widths.Length; column++)
        {
            var cell = Cut(cells[column], widths[column]);
            var room = widths[column] - WidthOf(cell);
            var isRight = Right.Contains(column) && !ReferenceEquals(cells, header);
            text.Append("│ ").Append(' ', isRight ? room : 0).Append(cell).Append(' ', (isRight ? 0 : room) + 1);
        }

        text.Append("│\n");
    }

    private static string Cut(string text, int width)
    {
        if (WidthOf(text) <= width)
        {
            return text;
        }

        var end = Math.Min(text.Length, width - 1);
        while (end > 0 && (WidthOf(text[..end]) > width - 1 || char.IsHighSurrogate(text[end - 1])))
        {
            end--;
        }

        return text[..end] + "…";
    }

    private static int WidthOf(string text) => Ascii.IsValid(text) ? text.Length : text.All(letter => letter is < '\u0300' or (>= '─' and <= '▟') or '…') ? text.Length : text.GetCellWidth();
}
