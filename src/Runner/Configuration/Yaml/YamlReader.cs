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
    private readonly YamlPlaces _places;
    private readonly ICollection<ConfigError> _errors;
    private readonly Parser _parser;
    private readonly Dictionary<string, Anchored?> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<OpenCollection> _open = new();
    private readonly List<ConfigError> _noted = [];
    private readonly List<string> _path = [];
    private ParsingEvent? _next;
    private int _read;
    private int _size;
    private int _tupleEnd; // what stands before it is the rest of a tuple, told already
    private bool _inTuple;

    private YamlReader(SourceText source, int from, ICollection<ConfigError> errors)
    {
        (_source, _from, _errors) = (source, from, errors);
        _places = new YamlPlaces(source, from);
        _parser = new Parser(new Scanner(new StringReader(source.Content[from..]), skipComments: true));
    }

    private string Path => NodePath.Join(_path);

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
                for (var line = 1; line <= _source.LineCount; line++)
                {
                    if (_source.Line(line).StartsWith('%'))
                    {
                        Note(new SourceSpan(_source, line, 1), "A line cannot begin with '%': quote it.", "name: value");
                        break;
                    }
                }

                return null;
            }

            var root = ReadNode(1, null).Node;
            Take();
            if (Take() is DocumentStart second)
            {
                Note(_places.SpanOf(second.Start, 3), "A second document begins here.", "one document a file");
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
            var mistake = new YamlSyntax(_source, _from, _read, _open).Explain(exception);
            foreach (var earlier in _noted.Where(earlier => earlier.At.Line == mistake.At.Line))
            {
                _errors.Remove(earlier); // the same slip, seen before its end was known
            }

            _errors.Add(mistake);
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
            throw Refusal(_places.SpanOf(taken.Start, 1), $"This nests deeper than {MaxDepth} levels.");
        }

        Count(1, taken);
        if (taken is AnchorAlias alias)
        {
            return ReadAlias(alias, depth);
        }

        var next = taken as NodeEvent ?? throw new SemanticErrorException(taken.Start, taken.End, "While parsing a node, did not find expected node content.");
        if (!next.Tag.IsEmpty)
        {
            Note(_places.TagSpan(next), "Tags are not in the language: what a value is follows from its place.", "no tag; text that begins with '!' in quotes");
        }

        var anchor = next.Anchor.IsEmpty ? null : next.Anchor.Value;

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
        var (name, at) = (alias.Value.Value, _places.SpanOf(alias.Start, alias.End));
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
            ? throw Refusal(at, $"With what '*{name}' stands for, this nests deeper than {MaxDepth} levels.")
            : target;
    }

    private Node ReadScalar(Scalar scalar, SourceSpan? owner)
    {
        if (scalar is { Style: ScalarStyle.Plain, Value.Length: 0 } && owner is not null)
        {
            return new ScalarNode("", quoted: false, owner);
        }

        var start = _places.AfterProperties(scalar);
        var at = _places.SpanOf(start, scalar.End);
        if (scalar.Style == ScalarStyle.Plain && _open.TryPeek(out var around) && around.IsFlow && _places.TupleAt(start) is { } tuple)
        {
            _tupleEnd = Math.Max(_tupleEnd, _places.Index(start) + tuple.Length);
            Note(at with { Length = tuple.Length }, $"'{tuple}' {PythonHabit.HintFor(tuple)}.");
            return new BrokenNode(at);
        }

        return new ScalarNode(scalar.Value, scalar.Style != ScalarStyle.Plain, at);
    }

    private (Node Node, int Height) ReadList(SequenceStart start, int depth)
    {
        var opening = _places.AfterProperties(start);
        _open.Push(new OpenCollection(start.Style == SequenceStyle.Flow, IsList: true, _places.Index(opening)));
        var items = new List<Node>();
        var height = 0;
        while (Peek() is not SequenceEnd)
        {
            var inTuple = _inTuple;
            _inTuple |= IsInTuple(Peek());
            var isLeftOut = _inTuple;
            _path.Add($"[{items.Count}]");
            var item = ReadNode(depth + 1, Peek() is Scalar { Value.Length: 0, Style: ScalarStyle.Plain } ? _places.DashBefore(Peek().Start) : null);
            _path.RemoveAt(_path.Count - 1);
            height = Math.Max(height, item.Height);
            _inTuple = inTuple;
            if (!isLeftOut)
            {
                items.Add(item.Node);
            }
        }

        _open.Pop();
        return (new ListNode(items, _places.CollectionSpan(opening, Take())), height + 1);
    }

    private (Node Node, int Height) ReadMapping(MappingStart start, int depth)
    {
        var opening = _places.AfterProperties(start);
        var isFlow = start.Style == MappingStyle.Flow;
        var isPair = isFlow && (_places.Index(opening) >= _source.Content.Length || _source.Content[_places.Index(opening)] != '{'); // [a: 1]
        _open.Push(new OpenCollection(isFlow && !isPair, IsList: false, _places.Index(opening)));
        var (entries, merged) = (new List<Entry>(), new List<Entry>());
        var names = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        var height = 0;
        SourceSpan? first = null;
        while (Peek() is not MappingEnd)
        {
            var inTuple = _inTuple;
            _inTuple |= IsInTuple(Peek());
            var isLeftOut = _inTuple;
            var key = ReadKey(depth);
            first ??= key?.At;
            _path.Add(key is null ? "" : key.Text);
            var value = ReadNode(depth + 1, key?.At);
            _path.RemoveAt(_path.Count - 1);
            height = Math.Max(height, value.Height);
            _inTuple = inTuple;
            if (key is null || isLeftOut)
            {
                continue;
            }

            if (key is { Quoted: false, Text: "<<" })
            {
                merged.AddRange((value.Node as MappingNode)?.Entries ?? []);
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

        entries.AddRange(merged.Where(entry => names.TryAdd(entry.Name, entry.Key.At))); // told, but what it brings is not missing
        _open.Pop();
        var end = Take();
        var at = isFlow && !isPair ? _places.CollectionSpan(opening, end) : first ?? _places.SpanOf(opening, 1);
        return (new MappingNode(entries, at), height + 1);
    }

    /// <summary>The next name of a mapping; null when it is not one, which is then told.</summary>
    private ScalarNode? ReadKey(int depth)
    {
        if (Peek() is not Scalar)
        {
            var at = _places.SpanOf(Peek().Start, Peek() is AnchorAlias ? Peek().End : Peek().Start);
            var what = Peek() switch { AnchorAlias => "an alias", SequenceStart => "a list", _ => "a mapping" };
            Note(at, $"Here stands {what}, where a name is due. If it is text, quote it.", "a name");
            ReadNode(depth + 1, at);
            return null;
        }

        var scalar = (Scalar)Take();
        Count(1, scalar);
        if (!scalar.Tag.IsEmpty || !scalar.Anchor.IsEmpty)
        {
            Note(_places.SpanOf(scalar.Start, scalar.End), "A name has no tag and no anchor.", "a plain name");
        }

        var key = new ScalarNode(scalar.Value, scalar.Style != ScalarStyle.Plain, _places.SpanOf(_places.AfterProperties(scalar), scalar.End));
        if (key is { Quoted: false, Text: "" })
        {
            Note(_places.ColonBefore(Peek().Start) ?? key.At, "A name is missing before the colon.", "a name");
            return null;
        }

        if (char.IsWhiteSpace(key.Text.FirstOrDefault('x')) && !key.Quoted)
        {
            Note(key.At with { Length = 1 }, "A space that is no plain space stands before the name.", "plain spaces");
            return null;
        }

        if (key is { Quoted: false, Text: "<<" })
        {
            Note(key.At, "'<<' is not in the language.", "an alias for a whole value, or 'extends' for a whole file");
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
        Note(entry.Key.At, $"'{entry.Name}' lacks a space after the colon: write {name}: {value}.", "name: value; if '{' begins text, quote it");
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
        _read = Math.Min(_places.Index(next.End), _source.Content.Length);
        return next;
    }

    private bool IsInTuple(ParsingEvent next) => next.Start.Index > 0 && _places.Index(next.Start) < _tupleEnd;

    private void Count(int nodes, ParsingEvent at)
    {
        if ((_size += nodes) > MaxNodes)
        {
            throw Refusal(_places.SpanOf(at.Start, at.End), $"With its aliases written out, this holds more than {MaxNodes} values.");
        }
    }

    private void Note(SourceSpan at, string problem, string expected = "")
    {
        if (!_inTuple)
        {
            _noted.Add(new ConfigError(at, problem, expected, Path));
            _errors.Add(_noted[^1]);
        }
    }

    private static ConfigException Refusal(SourceSpan at, string problem) => new([new ConfigError(at, problem)]);

    /// <summary>A node, how many nodes it is with its aliases written out, and how many levels.</summary>
    private readonly record struct Anchored(Node Node, int Size, int Height);
}

/// <summary>A list or mapping that was begun and not yet ended.</summary>
/// <param name="IsFlow">Whether it has brackets.</param>
/// <param name="IsList">Whether it is a list.</param>
/// <param name="Index">Where it begins in the text.</param>
internal readonly record struct OpenCollection(bool IsFlow, bool IsList, int Index);
