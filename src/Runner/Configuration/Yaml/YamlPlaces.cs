using ExperimentRunner.Engine.Definitions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ExperimentRunner.Runner.Configuration.Yaml;

/// <summary>Finds the places of what YamlDotNet reads: without anchors and tags, with closing brackets, and never empty.</summary>
/// <param name="source">The text.</param>
/// <param name="from">Where in it the YAML begins.</param>
internal sealed class YamlPlaces(SourceText source, int from)
{
    private const int LongestTuple = 1000;

    /// <summary>Where a node's own text begins, after its anchor and tag.</summary>
    internal Mark AfterProperties(NodeEvent node)
    {
        var (start, text) = (node.Start, source.Content);
        if (node.Anchor.IsEmpty && node.Tag.IsEmpty)
        {
            return start;
        }

        var (i, line, column) = (Index(start), start.Line, start.Column);
        while (i < text.Length && Index(node.End) > i && text[i] is '&' or '!' or ' ' or '\t' or '\r' or '\n')
        {
            var isProperty = text[i] is '&' or '!';
            do
            {
                (line, column) = text[i] == '\n' ? (line + 1, 1) : (line, column + 1);
                i++;
            }
            while (isProperty && i < text.Length && text[i] is not (' ' or '\t' or '\r' or '\n'));
        }

        return i < text.Length ? new Mark(i - from, line, column) : start;
    }

    /// <summary>The place of a node's tag.</summary>
    internal SourceSpan TagSpan(NodeEvent node)
    {
        var (i, text) = (Index(node.Start), source.Content);
        var tag = text.IndexOf('!', i);
        var end = tag;
        while (end < text.Length && text[end] is not (' ' or '\t' or '\r' or '\n' or ',' or ']' or '}'))
        {
            end++;
        }

        return SpanOf(new Mark(node.Start.Index + tag - i, node.Start.Line, node.Start.Column + tag - i), end - tag);
    }

    /// <summary>The place of a list or mapping: with its brackets, where they stand on one line.</summary>
    internal SourceSpan CollectionSpan(Mark opening, ParsingEvent end)
    {
        var isFlow = end.Start.Line == opening.Line && Index(end.Start) < source.Content.Length && source.Content[Index(end.Start)] is ']' or '}';
        return SpanOf(opening, isFlow ? (int)(end.Start.Column - opening.Column) + 1 : 1);
    }

    /// <summary>The place of the dash that a list's item follows.</summary>
    internal SourceSpan DashBefore(Mark item)
    {
        var dash = source.Line((int)item.Line) is var line && Column(item) - 2 is var last and >= 0 && last < line.Length ? line.LastIndexOf('-', last) : -1;
        return new SourceSpan(source, (int)item.Line, dash < 0 ? Column(item) : dash + 1);
    }

    /// <summary>The place of the colon that a value follows on its line; null when there is none.</summary>
    internal SourceSpan? ColonBefore(Mark value)
    {
        var line = source.Line((int)value.Line);
        var colon = line.LastIndexOf(':', Math.Clamp(Column(value) - 1, 0, Math.Max(0, line.Length - 1)));
        return colon < 0 ? null : new SourceSpan(source, (int)value.Line, colon + 1);
    }

    /// <summary>The place from one mark to another, or to the end of the first one's line.</summary>
    internal SourceSpan SpanOf(Mark start, Mark end) => SpanOf(
        start,
        end.Line == start.Line ? (int)(end.Column - start.Column) : source.Line((int)start.Line).TrimEnd().Length - Column(start) + 1);

    /// <summary>The place of so many characters.</summary>
    internal SourceSpan SpanOf(Mark start, int length) => new(source, (int)start.Line, Column(start), Math.Max(1, length));

    /// <summary>The column of a mark in the whole text, from 1.</summary>
    internal int Column(Mark mark) => (int)mark.Column + (mark.Line == 1 ? from : 0);

    /// <summary>Where a mark is in the whole text.</summary>
    internal int Index(Mark mark) => from + (int)mark.Index;

    /// <summary>A tuple that begins here, on one line, and that commas would cut: <c>(3, 3)</c>; null when none does.</summary>
    internal string? TupleAt(Mark start)
    {
        var text = source.Content;
        var depth = 0;
        var last = Math.Min(Index(start) + LongestTuple, text.Length);
        for (var i = Index(start); i < last && text[i] is not ('\n' or '\r'); i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                var tuple = text[Index(start)..(i + 1)];
                return tuple[0] == '(' && tuple.Contains(',', StringComparison.Ordinal) ? tuple : null;
            }
        }

        return null;
    }
}
