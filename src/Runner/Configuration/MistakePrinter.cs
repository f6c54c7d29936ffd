using System.Globalization;
using System.Text;
using ExperimentRunner.Engine.Definitions;
using Spectre.Console;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Prints mistakes for people: the place, the problem, the line it is on, and what was expected.</summary>
/// <param name="colour">Whether the terminal shows colours.</param>
public sealed class MistakePrinter(bool colour)
{
    private const int Widest = 160;
    private const int TabWidth = 4;

    private (SourceText? Source, int Number) _lineAt;
    private string? _line;

    /// <summary>All mistakes of a file, then its warnings, by source and line, with a count where there are several mistakes.</summary>
    public string Print(Mistakes mistakes) => Print(mistakes.Errors, mistakes.Warnings, mistakes.Sources);

    /// <summary>Mistakes, then warnings, by source and line, with a count where there are several mistakes.</summary>
    /// <param name="errors">The mistakes.</param>
    /// <param name="warnings">The warnings.</param>
    /// <param name="sources">The order of the sources; others follow as they appear.</param>
    public string Print(IEnumerable<ConfigError> errors, IEnumerable<ConfigError>? warnings = null, IReadOnlyList<SourceText>? sources = null)
    {
        var text = new StringBuilder();
        var ordered = InOrder(errors, sources ?? []);
        foreach (var error in ordered)
        {
            Append(text, error, "error", Red);
        }

        foreach (var warning in InOrder(warnings ?? [], sources ?? []))
        {
            Append(text, warning, "warning", Yellow);
        }

        if (ordered.Count > 1)
        {
            var names = ordered.Select(error => error.At.Source.Name).Distinct().ToList();
            text.Append(CultureInfo.InvariantCulture, $"{ordered.Count} mistakes in {string.Join(", ", names[..^1])}{(names.Count > 1 ? " and " : "")}{names[^1]}\n");
        }

        return text.ToString();
    }

    private string Red => colour ? "\e[1;31m" : "";

    private string Yellow => colour ? "\e[1;33m" : "";

    private string Bold => colour ? "\e[1m" : "";

    private string Dim => colour ? "\e[2m" : "";

    private string Plain => colour ? "\e[0m" : "";

    /// <summary>By source, then by place. Each is told once.</summary>
    private static List<ConfigError> InOrder(IEnumerable<ConfigError> mistakes, IReadOnlyList<SourceText> sources)
    {
        var told = mistakes.DistinctBy(mistake => (mistake.At, mistake.Problem)).ToList();
        var order = sources.Concat(told.Select(mistake => mistake.At.Source)).Distinct().Select((source, i) => (source, i)).ToDictionary(one => one.source, one => one.i);
        return [.. told
            .OrderBy(mistake => order[mistake.At.Source])
            .ThenBy(mistake => mistake.At.Line)
            .ThenBy(mistake => mistake.At.Column)];
    }

    private void Append(StringBuilder text, ConfigError mistake, string severity, string tint)
    {
        text.Append(CultureInfo.InvariantCulture, $"{Bold}{Printable(mistake.At.ToString())}:{Plain} {tint}{severity}:{Plain} {Bold}{Printable(mistake.Problem)}{Plain}\n");
        if (_line is null || _lineAt.Source != mistake.At.Source || _lineAt.Number != mistake.At.Line)
        {
            _lineAt = (mistake.At.Source, mistake.At.Line);
            _line = mistake.At.Source.Line(mistake.At.Line);
        }

        if (_line.Length > 0)
        {
            AppendLine(text, mistake.At, _line, tint);
        }

        if (mistake.Expected.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {(mistake.Path.Length > 0 ? Printable(mistake.Path) + ": " : "")}expected {Printable(mistake.Expected)}\n");
        }
    }

    private void AppendLine(StringBuilder text, SourceSpan at, string line, string tint)
    {
        var start = Math.Clamp(at.Column - 1, 0, line.Length);
        var end = Math.Clamp(start + at.Length, start, line.Length);
        var (first, last) = Window(line, start, end);
        var before = (first > 0 ? "…" : "") + Expanded(line[first..start]);
        var marked = Expanded(line[start..Math.Min(end, last)]);
        var after = Expanded(line[Math.Min(end, last)..last]) + (last < line.Length ? "…" : "");
        var number = at.Line.ToString(CultureInfo.InvariantCulture).PadLeft(5);
        text.Append(CultureInfo.InvariantCulture, $"{Dim}{number} |{Plain} {(before + marked + after).TrimEnd()}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Dim}{new string(' ', number.Length)} |{Plain} {new string(' ', WidthOf(before))}{tint}{new string('^', Math.Max(1, WidthOf(marked)))}{Plain}\n");
    }

    /// <summary>What is shown of a line: all of it, or of a long one what is around the place.</summary>
    private static (int First, int Last) Window(string line, int start, int end)
    {
        if (line.Length <= Widest)
        {
            return (0, line.Length);
        }

        var first = start < Widest / 2 ? 0 : Math.Min(start - (Widest / 4), line.Length - Widest);
        return (WholeAt(line, first), WholeAt(line, first + Widest));
    }

    /// <summary>An index that does not cut a character of two units in half.</summary>
    private static int WholeAt(string line, int index) => index < line.Length && char.IsLowSurrogate(line[index]) ? index - 1 : index;

    private static string Expanded(string text) => Printable(text.Replace("\t", new string(' ', TabWidth), StringComparison.Ordinal));

    /// <summary>The text without what would move a terminal's cursor or change its colours.</summary>
    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(letter => letter == '\n' ? "\\n" : char.IsControl(letter) ? "·" : letter.ToString())) : text;

    private static int WidthOf(string text) => Ascii.IsValid(text) ? text.Length : text.GetCellWidth();
}
