using System.Globalization;

namespace ExperimentRunner.Runner.Runs.Querying;

/// <summary>A value in a query: text, and the number it is where it is one.</summary>
/// <param name="Text">The text.</param>
/// <param name="Number">The number; null where it is none.</param>
internal readonly record struct QueryValue(string Text, double? Number)
{
    /// <summary>The value that a text is: <c>0.99</c>, <c>1/255</c>, <c>2d</c> (in seconds), <c>adam</c>.</summary>
    internal static QueryValue Of(string text) => new(text, NumberIn(text));

    /// <summary>A number.</summary>
    internal static QueryValue Of(double number) => new(number.ToString("R", CultureInfo.InvariantCulture), number);

    /// <summary>Whether this is the other: as numbers where both are, else as text, capitals or not.</summary>
    internal bool IsSame(QueryValue other) => Number is { } mine && other.Number is { } theirs
        ? mine.Equals(theirs) || Math.Abs(mine - theirs) <= 1e-12 * Math.Abs(theirs)
        : string.Equals(Text, other.Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Less than 0 where this comes before the other, as numbers, or as text where both are; null where they do not compare.</summary>
    internal int? CompareTo(QueryValue other) => Number is { } mine && other.Number is { } theirs
        ? double.IsNaN(mine) || double.IsNaN(theirs) ? null : mine.CompareTo(theirs)
        : Number is null && other.Number is null ? string.Compare(Text, other.Text, StringComparison.OrdinalIgnoreCase) : null;

    private static double? NumberIn(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && TryParse(text.AsSpan(0, slash), out var above) && TryParse(text.AsSpan(slash + 1), out var below) && below != 0)
        {
            return above / below;
        }

        var unit = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, 'w' => 604800, _ => 0 };
        return TryParse(text, out var number) ? number
            : unit > 0 && TryParse(text.AsSpan(0, text.Length - 1), out var count) ? count * unit
            : null;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out double number) => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
