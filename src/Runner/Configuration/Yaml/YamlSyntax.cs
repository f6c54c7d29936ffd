using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;
using YamlDotNet.Core;

namespace ExperimentRunner.Runner.Configuration.Yaml;

/// <summary>Says in plain words why a text is not YAML, at the place where its writer should look.</summary>
/// <param name="source">The text.</param>
/// <param name="from">Where in it the YAML begins.</param>
/// <param name="read">Up to where it could be read.</param>
/// <param name="open">The lists and mappings that were begun and not ended, the innermost first.</param>
internal sealed partial class YamlSyntax(SourceText source, int from, int read, IEnumerable<OpenCollection> open)
{
    private readonly OpenCollection[] _open = [.. open];

    /// <summary>The innermost list or mapping in brackets; lines and indents never stand inside one.</summary>
    private OpenCollection? Bracket => Array.Exists(_open, one => one.IsFlow) ? Array.Find(_open, one => one.IsFlow) : null;

    /// <summary>The mistake behind what YamlDotNet threw.</summary>
    internal ConfigError Explain(Exception exception)
    {
        var message = exception.Message;
        if (exception is not YamlException { Start.Line: > 0 } misread)
        {
            return Bracket is { } bracket ? NeverClosed(bracket)
                : source.Content.AsSpan(read).IndexOfAny('[', '{') is >= 0 and var ahead ? NeverClosed(new OpenCollection(IsFlow: true, source.Content[read + ahead] == '[', read + ahead))
                : Unknown(Math.Max(0, source.Content.Length - 1), message);
        }

        var (start, end) = (IndexOf(misread.Start), IndexOf(misread.End));
        var next = start < source.Content.Length ? source.Content[start] : '\0';
        return TabNear(start, end)
            ?? (message switch
            {
                _ when message.Contains("quoted scalar", StringComparison.Ordinal) => Quoted(start, end, message),
                _ when message.Contains("cannot start any token", StringComparison.Ordinal) => MustBeQuoted(start),
                _ when message.Contains("anchor or alias", StringComparison.Ordinal) => MustBeQuoted(start),
                _ when message.Contains(" tag", StringComparison.Ordinal) => At(start, 1, "Tags are not in the language. If this is text, quote it.", "text in quotes"),
                _ when message.Contains("one anchor", StringComparison.Ordinal) || message.Contains("expected token", StringComparison.Ordinal) => At(
                    start, 1, "Two marks stand before one value. If it is text, quote it.", "one '&name' or '*name'"),
                _ when message.Contains("block scalar", StringComparison.Ordinal) && next is '>' or '|' => At(
                    start, 1, $"'{next}' begins a block of text, which starts on the next line.", $"nothing more on this line; text that begins with '{next}' in quotes"),
                _ when message.Contains("found invalid mapping", StringComparison.Ordinal) => SecondColon(start),
                _ when message.Contains("values are not allowed", StringComparison.Ordinal) => MustBeQuoted(Math.Max(0, source.Content.LastIndexOf(':', start))),
                _ when next == '?' && message.Contains("keys are not allowed", StringComparison.Ordinal) => MustBeQuoted(start),
                _ when message.Contains("Block sequence entries", StringComparison.Ordinal) => At(
                    start, 1, "A list cannot begin on the line of its name.", "the list on the lines below, or in brackets: [a, b]"),
                _ when Bracket is { } bracket => InBrackets(bracket, start),
                _ when next is ']' or '}' or ',' => MustBeQuoted(start),
                _ => Misplaced(start, message),
            });
    }

    private ConfigError? TabNear(int start, int end)
    {
        if (Bracket is not null)
        {
            return null;
        }

        var last = Math.Min(source.LineCount, LineOf(Math.Max(start, end)) + 1);
        for (var number = LineOf(start); number <= last; number++)
        {
            var line = source.Line(number);
            var indent = line.Length - line.TrimStart().Length;
            var odd = line.AsSpan(0, indent).IndexOfAnyExcept(' ');
            if (odd >= 0 && indent < line.Length)
            {
                return new ConfigError(
                    new SourceSpan(source, number, odd + 1),
                    $"{(line[odd] == '\t' ? "A tab stands" : "A space that is no plain space stands")} where the line is indented.",
                    "plain spaces");
            }
        }

        return null;
    }

    private ConfigError Quoted(int start, int end, string message)
    {
        var text = source.Content;
        if (message.Contains("escape", StringComparison.Ordinal) || message.Contains("hexadecimal", StringComparison.Ordinal) || message.Contains("surrogates", StringComparison.Ordinal))
        {
            var escape = text.LastIndexOf('\\', Math.Min(end, text.Length - 1));
            var sequence = text[escape..Math.Min(escape + 2, text.Length)];
            return At(escape, sequence.Length, $"'{sequence}' means nothing here, in double quotes.", "'\\\\' for a backslash, or single quotes");
        }

        if (message.Contains("indentation", StringComparison.Ordinal))
        {
            return At(start, 1, "A line of this text in quotes is not indented further than its name.", "more spaces");
        }

        var quote = start < text.Length ? text[start] : '"';
        return At(start, 1, $"The quote that opens here is never closed.", quote == '\'' ? "a closing ', and '' for an apostrophe inside" : "a closing \", and \\\" for a quote inside");
    }

    private ConfigError MustBeQuoted(int index)
    {
        var first = index < source.Content.Length ? source.Content[index] : ' ';
        return At(index, 1, $"Text cannot begin with '{first}': quote it.", first switch
        {
            '*' => "text in quotes, or the name of an anchor after '*'",
            '&' => "text in quotes, or the name of an anchor after '&'",
            _ => "text in quotes",
        });
    }

    private ConfigError NeverClosed(OpenCollection bracket)
    {
        var opening = source.Content[bracket.Index];
        return At(bracket.Index, 1, $"The '{opening}' that opens here is never closed. If it begins text, quote it.", $"'{(bracket.IsList ? ']' : '}')}'");
    }

    private ConfigError InBrackets(OpenCollection bracket, int index)
    {
        var text = source.Content;
        var closing = bracket.IsList ? ']' : '}';
        if (index >= text.Length || !IsClosed(bracket))
        {
            return NeverClosed(bracket);
        }

        var piece = text[(text.LastIndexOfAny([',', '{', '[', '\n'], Math.Max(0, index - 1)) + 1)..index];
        var value = piece[(piece.IndexOf(": ", StringComparison.Ordinal) + 1)..].Trim();
        return text[index] switch
        {
            ']' or '}' => At(index, 1, $"'{text[index]}' stands where '{closing}' should close the '{text[bracket.Index]}' of line {LineOf(bracket.Index)}.", $"'{closing}'"),
            ':' when PythonHabit.HintFor(value) is { } hint => At(index - value.Length, value.Length, $"'{value}' {hint}."),
            ':' => At(index, 1, "A second colon stands in one value.", $"a comma before the next name, or '{closing}'; text that holds ': ' in quotes"),
            ',' => At(index, 1, "A value is missing before the comma.", "one comma between values; text that begins with ',' in quotes"),
            '{' or '[' when text[index - 1] == ':' => NoSpaceAt(index - 1, $"{piece.Trim()} {text[index]}…"),
            '{' or '[' => At(index, 1, $"Text in brackets holds '{text[index]}': quote it.", $"text in quotes, or a comma before '{text[index]}'"),
            '%' or '@' or '`' or '*' or '&' => MustBeQuoted(index),
            _ => At(index, 1, $"A comma or '{closing}' is missing here.", $"',' or '{closing}'"),
        };
    }

    /// <summary>A colon in what is already a value: on the line of its name, or below a line that was complete.</summary>
    private ConfigError SecondColon(int colon)
    {
        var number = LineOf(colon);
        var line = source.Line(number);
        var begin = line.Length - line.TrimStart(' ', '-').Length;
        var column = colon - StartOf(number);
        var first = line.IndexOf(": ", StringComparison.Ordinal);
        if (first >= 0 && first < column)
        {
            var value = line[(first + 2)..Math.Min(column, line.Length)].Trim();
            return PythonHabit.HintFor(value) is { } hint
                ? At(StartOf(number) + line.IndexOf(value, first, StringComparison.Ordinal), value.Length, $"'{value}' {hint}.")
                : At(colon, 1, "A second colon stands in one value.", "each name on a line of its own; text that holds ': ' in quotes");
        }

        var name = line[begin..Math.Min(Math.Max(begin, column), line.Length)].Trim();
        var above = LineAbove(number);
        var aboveText = source.Line(above).Trim().TrimStart('-', ' ');
        if (NoSpace().Match(aboveText) is { Success: true } pair)
        {
            var at = source.Line(above).IndexOf(aboveText, StringComparison.Ordinal) + pair.Groups["name"].Length;
            return NoSpaceAt(StartOf(above) + at, $"{pair.Groups["name"].Value}: {pair.Groups["value"].Value}");
        }

        return aboveText.Contains(": ", StringComparison.Ordinal)
            ? At(StartOf(number) + begin, name.Length, $"'{name}' is indented further than '{aboveText[..aboveText.IndexOf(": ", StringComparison.Ordinal)]}' above it, which has its value already.", "the same indent")
            : At(StartOf(number) + begin, name.Length, $"'{name}' stands below '{Short(aboveText)}', which does not end in a colon.", $"'{Short(aboveText)}:' to give it options, or '- ' before '{name}' to begin an item");
    }

    /// <summary>Something that does not belong where it stands among names or items.</summary>
    private ConfigError Misplaced(int index, string message)
    {
        var number = LineOf(index);
        var line = source.Line(number);
        var column = Math.Clamp(index - StartOf(number), 0, line.Length);
        var before = line[..column].TrimEnd();
        if (message.Contains("expected ':'", StringComparison.Ordinal))
        {
            return WithoutColon(before.Length > 0 ? number : LineAbove(number));
        }

        if (before.Trim(' ', '-').Length > 0)
        {
            var word = before.LastIndexOf(' ') + 1;
            return before[word] is '*' or '&' ? MustBeQuoted(StartOf(number) + word) : before[^1] switch
            {
                _ when before.Trim() == ":" => At(index - 1, 1, "A name is missing before the colon.", "name: value"),
                not ('\'' or '"') when line[column..] is [':', ..] => SecondColon(index),
                '\'' or '"' when line[column] == ':' => NoSpaceAt(index, $"{before.Trim()}: {line[(column + 1)..].Trim()}"),
                '\'' => At(index, 1, "Text goes on after its closing quote.", "'' for an apostrophe inside single quotes"),
                '"' => At(index, 1, "Text goes on after its closing quote.", "\\\" for a quote inside double quotes"),
                '}' or ']' => At(index, 1, $"More stands after '{before[^1]}'. If it is all text, quote it.", $"nothing more; text that begins with '{(before[^1] == '}' ? '{' : '[')}' in quotes"),
                _ when message.Contains("<document", StringComparison.Ordinal) => At(index, 1, "More stands here, after the whole was at its end.", "one mapping; quotes that close where they should"),
                _ => Unknown(index, message),
            };
        }

        var rest = line[column..].TrimEnd();
        if (message.Contains("expected key", StringComparison.Ordinal) && !rest.Contains(':', StringComparison.Ordinal) && rest is not ("-" or ['-', ' ', ..]))
        {
            return WithoutColon(number);
        }

        var inList = _open is [{ IsList: true }, ..];
        var begin = rest is "-" or ['-', ' ', ..] ? "-" : Short(rest.Split(':')[0].TrimEnd());
        var indents = Indents(number);
        return !indents.Contains(column) && indents.Count > 0
            ? At(index, begin.Length, $"'{begin}' is indented by {Spaces(column)}, which fits none of the lines above.", $"{string.Join(" or ", indents)} spaces")
            : At(index, begin.Length, begin == "-" ? "A list item stands among names." : inList ? $"'{begin}' stands among list items, and has no '- '." : $"'{begin}' does not belong here.", inList ? "'- ' before an item, or another indent" : "name: value");
    }

    private ConfigError NoSpaceAt(int colon, string better) => At(colon, 1, "This lacks a space after the colon.", better);

    private ConfigError WithoutColon(int number)
    {
        var line = source.Line(number);
        var text = line.Trim();
        return At(StartOf(number) + line.IndexOf(text, StringComparison.Ordinal), text.Length, $"'{Short(text)}' has no colon.", "name: value");
    }

    private ConfigError Unknown(int index, string message) =>
        At(index, 1, $"This is not YAML: {message[..1].ToLowerInvariant()}{message[1..].TrimEnd('.')}.");

    /// <summary>Whether a bracket that closes this one follows, quotes and comments apart.</summary>
    private bool IsClosed(OpenCollection bracket)
    {
        var (text, depth) = (source.Content, 0);
        for (var i = bracket.Index; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '[' or '{':
                    depth++;
                    break;
                case ']' or '}' when --depth == 0:
                    return true;
                case '"' or '\'' when text[i - 1] is ' ' or '[' or '{' or ',' or '\n':
                    var closing = text.IndexOf(text[i], i + 1);
                    i = closing < 0 ? i : closing;
                    break;
                case '#' when text[i - 1] is ' ' or '\n':
                    var line = text.IndexOf('\n', i);
                    i = line < 0 ? text.Length : line;
                    break;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>The indents that a line may go back to, the deepest first.</summary>
    private List<int> Indents(int number)
    {
        var indents = new List<int>();
        for (var above = number - 1; above > 0 && (indents.Count == 0 || indents[^1] > 0); above--)
        {
            var line = source.Line(above);
            var indent = line.Length - line.TrimStart().Length;
            if (indent < line.Length && line[indent] != '#' && (indents.Count == 0 || indent < indents[^1]))
            {
                indents.Add(indent);
            }
        }

        return indents;
    }

    /// <summary>The nearest line above that is neither empty nor a comment.</summary>
    private int LineAbove(int number)
    {
        do
        {
            number--;
        }
        while (number > 1 && source.Line(number).TrimStart() is "" or ['#', ..]);

        return Math.Max(1, number);
    }

    private int IndexOf(Mark mark) => Math.Min(from + (int)mark.Index, source.Content.Length);

    private int LineOf(int index)
    {
        var (low, high) = (1, Math.Max(1, source.LineCount));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = source.StartOf(middle) <= index ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private int StartOf(int line) => source.StartOf(line);

    private ConfigError At(int index, int length, string problem, string expected = "")
    {
        var line = LineOf(index);
        var column = Math.Min(index - StartOf(line), source.Line(line).Length) + 1;
        return new ConfigError(new SourceSpan(source, line, column, Math.Max(1, length)), problem, expected);
    }

    private static string Spaces(int count) => count == 1 ? "1 space" : $"{count} spaces";

    private static string Short(string text) => text.Length <= 40 ? text : text[..37] + "...";

    [GeneratedRegex(@"^(?<name>[A-Za-z_]\w*):(?<value>[^\s/:]\S*)$")]
    private static partial Regex NoSpace();
}
