using ExperimentRunner.Engine.Definitions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ExperimentRunner.Runner.Configuration.Yaml;

/// <summary>
/// Reads YAML 1.2 as nodes that know their places. Values stay text until their place says what they should be. Tags,
/// <c>&lt;&lt;</c>, names that are no text and second documents are not in the language; anchors and aliases are.
/// </summary>
public sealed class YamlReader
{
    /// <summary>How many values a text may have once its aliases are written out.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>How deep values may nest.</summary>
    public const int MaxDepth = 100;

    private readonly SourceText _source;
    private readonly int _from;
    private readonly ICollection<ConfigError> _errors;
    private readonly Parser _parser;
    private readonly Dictionary<string, Anchored?> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<OpenCollection> _open = new();
    private readonly List<string> _path = [];
    private ParsingEvent? _next;
    private int _size;
    private int _tupleEnd;

    private YamlReader(SourceText source, int from, ICollection<ConfigError> errors)
    {
        (_source, _from, _errors) = (source, from, errors);
        _parser = new Parser(new Scanner(new StringReader(source.Content[from..]), skipComments: true));
    }

    private string Path => string.Concat(_path.Select((step, i) => i > 0 && step[0] != '[' ? "." + step : step));

    /// <summary>Reads a text; null when it holds nothing, or cannot be read to its end.</summary>
    /// <param name="source">The text.</param>
    /// <param name="errors">Where mistakes are noted. What can be read beside them is read.</param>
    public static Node? Read(SourceText source, ICollection<ConfigError> errors) => Read(source, 0, errors);

    /// <summary>Reads the rest of a text of one line; the places are those of the whole.</summary>
    internal static Node? Read(SourceText source, int from, ICollection<ConfigError> errors) =>
        new YamlReader(source, from, errors).ReadDocument();

    private Node? ReadDocument()
    {
        try
        {
            Take();
            if (Take() is not DocumentStart)
            {
                return null;
            }

            var root = ReadNode(1, null).Node;
            Take();
            if (Take() is DocumentStart second)
            {
                Note(SpanOf(second.Start, 3), "A second document begins here.", "one document a file");
            }

            return root;
        }
        catch (ConfigException exception)
        {
            _errors.Add(exception.Errors[0]);
            return null;
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException or ArgumentException)
        {
            _errors.Add(new YamlSyntax(_source, _from, _open).Explain(exception));
            return null;
        }
    }

    /// <param name="depth">How deep the node lies; the top is 1.</param>
    /// <param name="owner">The place of the name or dash that the node belongs to, which stands for a node of no characters.</param>
    private Anchored ReadNode(int depth, SourceSpan? owner)
    {
        var taken = Take();
        if (depth > MaxDepth)
        {
            throw Refusal(SpanOf(taken.Start, 1), $"This nests deeper than {MaxDepth} levels.", "less depth");
        }

        Count(1, taken);
        if (taken is AnchorAlias alias)
        {
            return ReadAlias(alias, depth);
        }

        var next = (NodeEvent)taken;
        if (!next.Tag.IsEmpty)
        {
            Note(TagSpan(next), "Tags are not in the language: what a value is follows from its place.", "no tag; text that begins with '!' in quotes");
        }

        var anchor = next.Anchor.IsEmpty ? null : next.Anchor.Value;
        if (!next.Tag.IsEmpty)
        {
            Note(TagSpan(next), "Tags are not in the language: what a value is follows from its place.", "no tag; text that begins with '!' in quotes");
        }

        if (anchor is not null)
        {
            _anchors[anchor] = null;
        }

        var before = _size;
        var (node, height) = next switch
        {
            Scalar scalar => (ReadScalar(scalar, owner), 1),
            SequenceStart sequence => ReadList(sequence, depth),
            _ => ReadMapping((MappingStart)next, depth),
        };
        var read = new Anchored(node, _size - before + 1, height);
        if (anchor is not null)
        {
            _anchors[anchor] = read;
        }

        return read;
    }

    private Anchored ReadAlias(AnchorAlias alias, int depth)
    {
        var (name, at) = (alias.Value.Value, SpanOf(alias.Start, alias.End));
        if (!_anchors.TryGetValue(name, out var anchored))
        {
            Note(at, $"'*{name}' stands for what '&{name}' marks, and nothing above is marked so. If it is text, quote it: '*{name}'.", "an anchor above, or text in quotes");
            return new Anchored(new BrokenNode(at), 1, 1);
        }

        if (anchored is not { } target)
        {
            Note(at, $"'*{name}' stands inside what '&{name}' marks, and would hold itself.", "an anchor that ends above");
            return new Anchored(new BrokenNode(at), 1, 1);
        }

        Count(target.Size - 1, alias);
        return depth + target.Height - 1 > MaxDepth
            ? throw Refusal(at, $"With what '*{name}' stands for, this nests deeper than {MaxDepth} levels.", "less depth")
            : target;
    }

    private Node ReadScalar(Scalar scalar, SourceSpan? owner)
    {
        if (scalar is { Style: ScalarStyle.Plain, Value.Length: 0 } && owner is not null)
        {
            return new ScalarNode("", quoted: false, owner);
        }

        var start = AfterProperties(scalar);
        var at = SpanOf(start, scalar.End);
        if (scalar.Style == ScalarStyle.Plain && _open.TryPeek(out var around) && around.IsFlow && TupleAt(start.Index) is { } tuple)
        {
            _tupleEnd = Index(start) + tuple.Length;
            Note(at with { Length = tuple.Length }, $"'{tuple}' {PythonHabit.HintFor(tuple)}.");
            return new BrokenNode(at);
        }

        return new ScalarNode(scalar.Value, scalar.Style != ScalarStyle.Plain, at);
    }

    private (Node Node, int Height) ReadList(SequenceStart start, int depth)
    {
        var opening = AfterProperties(start);
        _open.Push(new OpenCollection(start.Style == SequenceStyle.Flow, IsList: true, Index(opening)));
        var items = new List<Node>();
        var height = 0;
        while (Peek() is not SequenceEnd)
        {
            var inTuple = IsInTuple(Peek());
            _path.Add($"[{items.Count}]");
            var item = ReadNode(depth + 1, DashBefore(Peek().Start));
            _path.RemoveAt(_path.Count - 1);
            height = Math.Max(height, item.Height);
            if (!inTuple)
            {
                items.Add(item.Node);
            }
        }

        _open.Pop();
        return (new ListNode(items, CollectionSpan(opening, Take())), height + 1);
    }

    private (Node Node, int Height) ReadMapping(MappingStart start, int depth)
    {
        var opening = AfterProperties(start);
        var isFlow = start.Style == MappingStyle.Flow;
        var isPair = isFlow && (Index(opening) >= _source.Content.Length || _source.Content[Index(opening)] != '{'); // [a: 1]
        _open.Push(new OpenCollection(isFlow && !isPair, IsList: false, Index(opening)));
        var entries = new List<Entry>();
        var names = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        var height = 0;
        SourceSpan? first = null;
        while (Peek() is not MappingEnd)
        {
            var inTuple = IsInTuple(Peek());
            var key = ReadKey(depth);
            first ??= key?.At;
            _path.Add(key is null ? "" : key.Text);
            var value = ReadNode(depth + 1, key?.At);
            _path.RemoveAt(_path.Count - 1);
            height = Math.Max(height, value.Height);
            if (key is null || inTuple)
            {
                continue;
            }

            var entry = isFlow ? Spaced(new Entry(key, value.Node)) : new Entry(key, value.Node);
            if (names.TryGetValue(entry.Name, out var earlier))
            {
                Note(entry.Key.At, $"'{entry.Name}' is given twice; the first is on line {earlier.Line}.", "each name once");
                continue;
            }

            names.Add(entry.Name, entry.Key.At);
            entries.Add(entry);
        }

        _open.Pop();
        var end = Take();
        var at = isFlow && !isPair ? CollectionSpan(opening, end) : first ?? SpanOf(opening, 1);
        return (new MappingNode(entries, at), height + 1);
    }

    /// <summary>The next name of a mapping; null when it is not one, which is then told.</summary>
    private ScalarNode? ReadKey(int depth)
    {
        if (Peek() is not Scalar)
        {
            var at = SpanOf(Peek().Start, Peek() is AnchorAlias ? Peek().End : Peek().Start);
            var what = Peek() switch { AnchorAlias => "an alias", SequenceStart => "a list", _ => "a mapping" };
            Note(at, $"Here stands {what}, where a name is due.", "a name; text that begins with '{', '[' or '*' in quotes");
            ReadNode(depth + 1, at);
            return null;
        }

        var scalar = (Scalar)Take();
        Count(1, scalar);
        if (!scalar.Tag.IsEmpty || !scalar.Anchor.IsEmpty)
        {
            Note(SpanOf(scalar.Start, scalar.End), "A name has no tag and no anchor.", "a plain name");
        }

        var key = new ScalarNode(scalar.Value, scalar.Style != ScalarStyle.Plain, SpanOf(AfterProperties(scalar), scalar.End));
        if (key is { Quoted: false, Text: "" })
        {
            Note(key.At, "A name is missing before the colon.", "a name");
            return null;
        }

        if (key is { Quoted: false, Text: "<<" })
        {
            Note(key.At, "'<<' is not in the language.", "an alias for a whole value, or 'extends' for a whole file");
            return null;
        }

        return key;
    }

    /// <summary><c>{a:1}</c> is the name <c>a:1</c> without a value: what is meant is <c>{a: 1}</c>.</summary>
    private Entry Spaced(Entry entry)
    {
        var colon = entry.Key.Quoted ? -1 : entry.Name.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == entry.Name.Length - 1 || entry.Value is not ScalarNode { Text: "", Quoted: false })
        {
            return entry;
        }

        var (name, value) = (entry.Name[..colon], entry.Name[(colon + 1)..]);
        Note(entry.Key.At, $"'{entry.Name}' lacks a space after the colon: write {name}: {value}.", "name: value; text that begins with '{' in quotes");
        return new Entry(
            new ScalarNode(name, quoted: false, entry.Key.At with { Length = colon }),
            new BrokenNode(entry.Key.At));
    }

    private ParsingEvent Peek()
    {
        if (_next is null)
        {
            _parser.MoveNext();
            _next = _parser.Current ?? throw new YamlException("The text ends too soon.");
        }

        return _next;
    }

    /// <summary>The next event. The one after it is not looked for yet, so that a mistake there finds what was opened before.</summary>
    private ParsingEvent Take()
    {
        var next = Peek();
        _next = null;
        return next;
    }

    /// <summary>A tuple that begins here and that commas would cut: <c>(3, 3)</c>; null when none does.</summary>
    private string? TupleAt(long index)
    {
        var text = _source.Content;
        var depth = 0;
        for (var i = _from + (int)index; i < text.Length && text[i] is not ('\n' or '\r'); i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                var tuple = text[(_from + (int)index)..(i + 1)];
                return tuple[0] == '(' && tuple.Contains(',', StringComparison.Ordinal) ? tuple : null;
            }
        }

        return null;
    }

    private bool IsInTuple(ParsingEvent next) => next is Scalar && Index(next.Start) < _tupleEnd;

    private void Count(int nodes, ParsingEvent at)
    {
        if ((_size += nodes) > MaxNodes)
        {
            throw Refusal(SpanOf(at.Start, at.End), $"With its aliases written out, this holds more than {MaxNodes} values.", "a smaller file");
        }
    }

    /// <summary>Where a node's own text begins, after its anchor and tag.</summary>
    private Mark AfterProperties(NodeEvent node)
    {
        var (start, text) = (node.Start, _source.Content);
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

        return i < text.Length ? new Mark(i - _from, line, column) : start;
    }

    private SourceSpan TagSpan(NodeEvent node)
    {
        var (i, text) = (Index(node.Start), _source.Content);
        var tag = text.IndexOf('!', i);
        var end = tag;
        while (end < text.Length && text[end] is not (' ' or '\t' or '\r' or '\n' or ',' or ']' or '}'))
        {
            end++;
        }

        return SpanOf(new Mark(node.Start.Index + tag - i, node.Start.Line, node.Start.Column + tag - i), end - tag);
    }

    private SourceSpan CollectionSpan(Mark opening, ParsingEvent end)
    {
        var isFlow = end.Start.Line == opening.Line && Index(end.Start) < _source.Content.Length && _source.Content[Index(end.Start)] is ']' or '}';
        return SpanOf(opening, isFlow ? (int)(end.Start.Column - opening.Column) + 1 : 1);
    }

    /// <summary>The place of the dash that a list's item follows.</summary>
    private SourceSpan DashBefore(Mark item)
    {
        var dash = _source.Line((int)item.Line) is var line && Column(item) - 2 is var last and >= 0 && last < line.Length ? line.LastIndexOf('-', last) : -1;
        return new SourceSpan(_source, (int)item.Line, dash < 0 ? Column(item) : dash + 1);
    }

    private SourceSpan SpanOf(Mark start, Mark end) => SpanOf(
        start,
        end.Line == start.Line ? (int)(end.Column - start.Column) : _source.Line((int)start.Line).TrimEnd().Length - Column(start) + 1);

    private SourceSpan SpanOf(Mark start, int length) => new(_source, (int)start.Line, Column(start), Math.Max(1, length));

    private int Column(Mark mark) => (int)mark.Column + (mark.Line == 1 ? _from : 0);

    private int Index(Mark mark) => _from + (int)mark.Index;

    private void Note(SourceSpan at, string problem, string expected = "") => _errors.Add(new ConfigError(at, problem, expected, Path));

    private ConfigException Refusal(SourceSpan at, string problem, string expected) => new([new ConfigError(at, problem, expected, Path)]);

    /// <summary>A node, how many nodes it is with its aliases written out, and how many levels.</summary>
    private readonly record struct Anchored(Node Node, int Size, int Height);
}

/// <summary>A list or mapping that was begun and not yet ended.</summary>
/// <param name="IsFlow">Whether it has brackets.</param>
/// <param name="IsList">Whether it is a list.</param>
/// <param name="Index">Where it begins in the text.</param>
internal readonly record struct OpenCollection(bool IsFlow, bool IsList, int Index);
