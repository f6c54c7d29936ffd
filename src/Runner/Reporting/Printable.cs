using System.Globalization;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Text of other people's, made safe to print: names of folders, notes, values.</summary>
internal static class Printable
{
    /// <summary>
    /// The text in one line, without what would move a terminal's cursor, change its colours or turn the direction of writing: each
    /// such character becomes a point, and what is too long is cut.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">How many characters are kept.</param>
    internal static string Line(string text, int longest = 500)
    {
        var kept = text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1)] + "…";
        return kept.Any(IsDangerous) ? string.Concat(kept.Select(letter => letter is '\n' ? '↵' : IsDangerous(letter) ? '·' : letter)) : kept;
    }

    /// <summary>The same for a text of several lines.</summary>
    internal static IEnumerable<string> Lines(string text, int most = 200) =>
        text.Split('\n').Take(most).Select(line => Line(line.TrimEnd('\r'))).Concat(text.Count(letter => letter == '\n') >= most ? ["…"] : []);

    private static bool IsDangerous(char letter) => char.IsControl(letter)
        || CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
