using System.Text.RegularExpressions;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>Knows what people who come from Python write by habit, and what they should write here.</summary>
public static partial class PythonHabit
{
    /// <summary>What is the matter with this text, as the end of a sentence about it, or null when it does not look like Python.</summary>
    /// <example><c>None</c> gives <c>is Python: write null</c>.</example>
    public static string? HintFor(string text) => text switch
    {
        "None" => "is Python: write null",
        "none" or "nil" or "undefined" => "is not how nothing is written: write null",
        "True" => "is Python: write true",
        "False" => "is Python: write false",
        "inf" or "np.inf" or "math.inf" or "float('inf')" => "is Python: write .inf",
        "-inf" or "-np.inf" or "-math.inf" or "float('-inf')" => "is Python: write -.inf",
        "nan" or "np.nan" or "math.nan" or "float('nan')" => "is Python: write .nan",
        ['(', .., ')'] => $"is Python: write {ListFor(text)}",
        _ when text.StartsWith("lambda", StringComparison.Ordinal) => "is Python: a function cannot be written in a file; name one that exists",
        _ when Grouped().IsMatch(text) => $"is Python: write {text.Replace("_", "", StringComparison.Ordinal)}",
        _ when Arithmetic().IsMatch(text) => "is Python: nothing is computed here but fractions; write the result",
        _ when Call().Match(text) is { Success: true } call => $"is Python: write {call.Groups["name"].Value}: {{option: value, …}}",
        _ when Module().Match(text) is { Success: true } module => $"is Python: write {module.Groups["name"].Value}",
        _ when Assignment().Match(text) is { Success: true } pair =>
            $"is Python: write {pair.Groups["name"].Value}: {(pair.Groups["value"].Value.Contains(' ', StringComparison.Ordinal) ? "…" : pair.Groups["value"].Value)}",
        ['\u201C' or '\u2018', .., '\u201D' or '\u2019'] => $"has curly quotes: write {text[1..^1]}",
        _ when NoSpace().Match(text) is { Success: true } pair => $"lacks a space after the colon: write {pair.Groups["name"].Value}: {pair.Groups["value"].Value}",
        _ => null,
    };

    /// <summary>A tuple as a list: <c>(3, 3)</c> is <c>[3, 3]</c>, <c>((1, 1), (2, 2))</c> is <c>[[1, 1], [2, 2]]</c>.</summary>
    private static string ListFor(string tuple)
    {
        var list = tuple.Replace('(', '[').Replace(')', ']');
        return SpareComma().Replace(list, "]");
    }

    [GeneratedRegex(@"^[+-]?\d+(_\d+)+(\.\d+)?$")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^[\d.]+((\s*(\*\*?|\+|//)\s*|\s+-\s+)[\d.]+)+$")]
    private static partial Regex Arithmetic();

    [GeneratedRegex(@"^(\w+\.)*(?<name>[A-Za-z_]\w*)\(.*\)$")]
    private static partial Regex Call();

    [GeneratedRegex(@"^(tf|keras|tensorflow|torch|np|numpy)\.(\w+\.)*(?<name>\w+)$")]
    private static partial Regex Module();

    [GeneratedRegex(@"^(?<name>[A-Za-z_]\w*)\s*=\s*(?<value>[^=\s].*)$")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^(?<name>[A-Za-z_]\w*):(?<value>[^\s/:].*)$")]
    private static partial Regex NoSpace();

    [GeneratedRegex(@",\s*\]")]
    private static partial Regex SpareComma();
}
