using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration.Yaml;

/// <summary>
/// Writes nodes as YAML that reads back to the same: quotes where text would else be taken for something other, brackets for
/// what is short, lines and indents for the rest.
/// </summary>
public static partial class YamlWriter
{
    private const int WidestList = 100;
    private const int WidestMapping = 80;
    private const int MostInBrackets = 4;
    private const int LongestName = 1000; // of a name before its colon, in YAML

    /// <summary>Writes a whole document.</summary>
    public static string Write(Node node)
    {
        var text = new StringBuilder();
        switch (node)
        {
            case MappingNode { Entries.Count: > 0 } mapping:
                WriteMapping(text, mapping, 0, startsLine: true, isTop: true);
                break;
            case ListNode { Items.Count: > 0 } list:
                WriteList(text, list, 0);
                break;
            case ScalarNode { Quoted: false, Text: "" }:
                return "null\n";
            default:
                WriteValue(text, node, 0);
                break;
        }

        return text.ToString().TrimStart(' ');
    }

    private static void WriteMapping(StringBuilder text, MappingNode mapping, int indent, bool startsLine, bool isTop = false)
    {
        var wasLong = false;
        foreach (var entry in mapping.Entries)
        {
            var isLong = entry.Value is not ScalarNode && InBrackets(entry.Value, nested: true) is null;
            if (isTop && text.Length > 0 && (isLong || wasLong))
            {
                text.Append('\n');
            }

            wasLong = isLong;
            var name = Name(entry.Key, inBrackets: false);
            text.Append(' ', startsLine ? indent : 0);
            startsLine = true;
            if (name.Length > LongestName)
            {
                text.Append("? ").Append(name).Append('\n').Append(' ', indent).Append(':');
            }
            else
            {
                text.Append(name).Append(':');
            }

            WriteValue(text, entry.Value, indent);
        }
    }

    private static void WriteList(StringBuilder text, ListNode list, int indent)
    {
        foreach (var item in list.Items)
        {
            text.Append(' ', indent).Append('-');
            if (item is MappingNode { Entries: [_] or [_, _, ..] } mapping && (mapping.Entries.Count == 1 || InBrackets(item, nested: true) is null))
            {
                text.Append(' ');
                WriteMapping(text, mapping, indent + 2, startsLine: false);
            }
            else
            {
                WriteValue(text, item, indent);
            }
        }
    }

    /// <summary>Writes what follows a name's colon or an item's dash, to the end of its last line.</summary>
    private static void WriteValue(StringBuilder text, Node node, int indent)
    {
        if (node is ScalarNode scalar)
        {
            if (!scalar.Quoted && scalar.Text.Length == 0 && scalar.Written is null)
            {
                text.Append('\n');
            }
            else if (Block(scalar) is { } sign)
            {
                text.Append(' ').Append(sign).Append('\n');
                foreach (var line in Shown(scalar).TrimEnd('\n').Split('\n'))
                {
                    text.Append(' ', line.Length > 0 ? indent + 2 : 0).Append(line).Append('\n');
                }
            }
            else
            {
                text.Append(' ').Append(Spelled(scalar, inBrackets: false)).Append('\n');
            }
        }
        else if (InBrackets(node, nested: true) is { } brackets)
        {
            text.Append(' ').Append(brackets).Append('\n');
        }
        else if (node is ListNode list)
        {
            text.Append('\n');
            WriteList(text, list, indent + 2);
        }
        else
        {
            text.Append('\n');
            WriteMapping(text, (MappingNode)node, indent + 2, startsLine: true);
        }
    }

    /// <summary>A node on one line, in brackets; null when it is too large to read well so.</summary>
    /// <param name="node">The node.</param>
    /// <param name="nested">Whether a mapping of one name may hold another mapping: <c>{Adam: {learning_rate: 0.1}}</c>.</param>
    private static string? InBrackets(Node node, bool nested)
    {
        switch (node)
        {
            case ScalarNode scalar:
                return Shown(scalar).Contains('\n', StringComparison.Ordinal) ? null
                    : !scalar.Quoted && Shown(scalar).Length == 0 ? "null"
                    : Spelled(scalar, inBrackets: true);
            case ListNode { Items.Count: <= WidestList } list:
                var items = list.Items.Select(item => item is MappingNode { Entries.Count: > 0 } ? null : InBrackets(item, nested: false)).ToList();
                return items.Contains(null) ? null : Within(WidestList, $"[{string.Join(", ", items)}]");
            case MappingNode { Entries.Count: <= MostInBrackets } mapping:
                var entries = mapping.Entries.Select(entry =>
                    entry.Value is MappingNode { Entries.Count: > 0 } && !(nested && mapping.Entries.Count == 1) ? null
                    : InBrackets(entry.Value, nested: false) is { } value ? $"{Name(entry.Key, inBrackets: true)}: {value}" : null).ToList();
                return entries.Contains(null) ? null : Within(WidestMapping, $"{{{string.Join(", ", entries)}}}");
            default:
                return node is BrokenNode ? throw new InvalidOperationException($"What could not be read at {node.At} cannot be written.") : null;
        }
    }

    private static string? Within(int width, string text) => text.Length <= width ? text : null;

    private static string Shown(ScalarNode scalar) => scalar.Written ?? scalar.Text;

    private static string Name(ScalarNode key, bool inBrackets) =>
        key.Text != "<<" && IsPlain(key.Text, inBrackets) && !(inBrackets && key.Text.Contains(':', StringComparison.Ordinal)) ? key.Text : Quote(key.Text);

    private static string Spelled(ScalarNode scalar, bool inBrackets)
    {
        var text = Shown(scalar);
        return IsPlain(text, inBrackets) && (!scalar.Quoted || IsUnmistakable(text)) ? text : Quote(text);
    }

    /// <summary>Whether a text may stand without quotes and read back as it is.</summary>
    private static bool IsPlain(string text, bool inBrackets) =>
        text.Length > 0
        && text[0] is not (',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' or '?' or ':')
        && !(text[0] == '-' && (text.Length == 1 || text[1] is ' ' or ',' or '[' or ']' or '{' or '}' or '-'))
        && !text.StartsWith("...", StringComparison.Ordinal)
        && !char.IsWhiteSpace(text[0])
        && !char.IsWhiteSpace(text[^1])
        && text[^1] != ':'
        && !text.Contains(": ", StringComparison.Ordinal)
        && !text.Contains(" #", StringComparison.Ordinal)
        && !text.Any(MustBeEscaped)
        && !text.Contains('\t', StringComparison.Ordinal)
        && !(inBrackets && (text[0] == '(' || text.AsSpan().IndexOfAny(",[]{}") >= 0));

    /// <summary>Whether text without its quotes can still only be text: no number, no <c>null</c>, no word of YAML 1.1 such as <c>no</c>.</summary>
    private static bool IsUnmistakable(string text) =>
        Wordlike().IsMatch(text)
        && text.ToUpperInvariant() is not ("NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N" or "INF" or "NAN")
        && PythonHabit.HintFor(text) is null;

    private static string Quote(string text) => text.Any(MustBeEscaped) ? Escaped(text) : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Escaped(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when MustBeEscaped(letter) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Whether a character has to be escaped: a line break, or what does not print.</summary>
    private static bool MustBeEscaped(char letter) => letter != '\t' && (char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF');

    /// <summary>The sign that begins a block of several lines, where the text can be written so; else null.</summary>
    private static string? Block(ScalarNode scalar)
    {
        var text = Shown(scalar);
        var lines = text.Split('\n');
        return scalar.Quoted
            && lines.Length > 1
            && !text.EndsWith("\n\n", StringComparison.Ordinal)
            && lines[0].Length > 0
            && !char.IsWhiteSpace(lines[0][0])
            && Array.TrueForAll(lines, line => !line.Any(MustBeEscaped) && (line.Length == 0 || !string.IsNullOrWhiteSpace(line)))
            ? text.EndsWith('\n') ? "|" : "|-"
            : null;
    }

    [GeneratedRegex(@"^(\.{0,2}/|[\p{L}_])[\p{L}\p{Nd}_ .,/@+()=%\\:-]*$")]
    private static partial Regex Wordlike();
}
