using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>
/// Changes an experiment as <c>--set</c> says: <c>key.key=value</c>, <c>list[0].key=value</c>, <c>list+=item</c> and <c>~key</c>.
/// Names that are not in the file are made; whether the language has them is told when the experiment is read.
/// </summary>
internal sealed class Overrides
{
    /// <summary>What messages call the arguments.</summary>
    internal const string SourceName = "--set";

    private const string Usage = "key.key=value, list[0].key=value, list+=item or ~key";

    private readonly SourceText _source;
    private readonly ICollection<ConfigError> _errors;
    private readonly NodePath _path;
    private readonly int _pathStart;
    private readonly Action _action;
    private readonly Node _value;

    private Overrides(SourceText source, ICollection<ConfigError> errors, NodePath path, int pathStart, Action action, Node value) =>
        (_source, _errors, _path, _pathStart, _action, _value) = (source, errors, path, pathStart, action, value);

    private enum Action
    {
        Set,
        Append,
        Remove,
    }

    /// <summary>The experiment after one argument; as it was when the argument has a mistake, which is then told.</summary>
    /// <param name="root">The experiment.</param>
    /// <param name="argument">What follows <c>--set</c>, with the folder that relative paths in it start from.</param>
    /// <param name="errors">Where mistakes are noted.</param>
    internal static MappingNode Apply(MappingNode root, SourceText argument, ICollection<ConfigError> errors) =>
        Parse(argument, errors) is { } change && change.In(root, 0) is MappingNode changed ? changed : root;

    private static Overrides? Parse(SourceText source, ICollection<ConfigError> errors)
    {
        var text = source.Content;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var removes = text.StartsWith('~');
        if (!removes && equals < 0)
        {
            errors.Add(new ConfigError(At(0, text.Length), "No '=' says what to set.", Usage));
            return null;
        }

        if (removes && equals >= 0)
        {
            errors.Add(new ConfigError(At(equals, text.Length - equals), "'~' removes a value, and sets none.", Usage));
            return null;
        }

        var appends = equals > 0 && text[equals - 1] == '+';
        var start = removes ? 1 : 0;
        var end = removes ? text.Length : appends ? equals - 1 : equals;
        if (text.StartsWith('+'))
        {
            errors.Add(new ConfigError(At(0, text.Length - text.TrimStart('+').Length), "No '+' is needed to set what the file does not have.", Usage));
            return null;
        }

        if (NodePath.Parse(text[start..end], out var problem, out var at) is not { } path)
        {
            errors.Add(new ConfigError(At(start + at, 1), problem, Usage));
            return null;
        }

        if (path.Steps.Count > YamlReader.MaxDepth)
        {
            errors.Add(new ConfigError(At(start, end - start), $"This leads deeper than {YamlReader.MaxDepth} levels.", "a shorter way"));
            return null;
        }

        if (path.Steps[0].Text == "extends")
        {
            errors.Add(new ConfigError(At(start, "extends".Length), "'extends' is read before --set, and cannot be set by it.", "'extends' in the file"));
            return null;
        }

        var noted = errors.Count;
        var value = removes ? null : YamlReader.Read(source, equals + 1, errors);
        return value is null && errors.Count > noted ? null : new Overrides(
            source,
            errors,
            path,
            start,
            removes ? Action.Remove : appends ? Action.Append : Action.Set,
            value ?? new ScalarNode("", quoted: false, At(equals, 1)));

        SourceSpan At(int index, int length) => new(source, 1, index + 1, Math.Max(1, length));
    }

    /// <summary>What a node becomes, from a step of the way on; null when there is a mistake, now told.</summary>
    private Node? In(Node? node, int step)
    {
        if (step == _path.Steps.Count)
        {
            return _action == Action.Append ? Appended(node) : _value;
        }

        var index = _path.Steps[step].Index;
        return node is ScalarNode { IsNull: true } ? In(null, step)
            : index is null ? InNamed(node, step)
            : node is ListNode list && index < list.Items.Count ? InItem(list, index.Value, step)
            : Fail(step, node switch
            {
                null => $"'{_path.Upto(step)}' is not in the file, so it has no items.",
                ListNode { Items.Count: 0 } => $"'{_path.Upto(step)}' is empty.",
                ListNode { Items.Count: var count } => $"'{_path.Upto(step)}' has no item {_path.Steps[step].Text}: its last is [{count - 1}].",
                _ => $"'{_path.Upto(step)}' is {node.Kind}, which has no items.",
            }, node is null or ListNode ? $"an item that is there, or {_path.Upto(step)}+=item to add one" : "a list before '['");
    }

    private ListNode? InItem(ListNode list, int index, int step)
    {
        if (_action == Action.Remove && step + 1 == _path.Steps.Count)
        {
            return new ListNode([.. list.Items.Where((_, i) => i != index)], list.At);
        }

        return In(list.Items[index], step + 1) is { } item ? new ListNode([.. list.Items.Select((old, i) => i == index ? item : old)], list.At) : null;
    }

    private MappingNode? InNamed(Node? node, int step)
    {
        var name = _path.Steps[step].Text;
        if (node is ListNode list)
        {
            return FailNamed(step, $"'{_path.Upto(step)}' is a list.", list.Items.Count == 0 ? $"{_path.Upto(step)}+=item" : $"the number of an item: {_path.Upto(step)}[0].{name}");
        }

        var key = name;
        if (node is not null && !TryEnterThing(ref node, ref key, step))
        {
            return null;
        }

        if (node is not (null or MappingNode))
        {
            return FailNamed(step, $"'{_path.Upto(step)}' is {node.Kind}, and leads no further.", $"a value for {_path.Upto(step)} itself");
        }

        var mapping = node as MappingNode;
        var old = mapping?[key];
        if (old is null && (_action == Action.Remove || (step > 0 && _path.Steps[0].Text == "vars")))
        {
            var known = mapping?.Entries.Select(entry => entry.Name).ToList() ?? [];
            return FailNamed(
                step,
                _action == Action.Remove ? $"There is no '{_path.Upto(step + 1)}' to remove.{NearestName.Hint(name, known)}"
                    : $"The file has no variable '{_path.Upto(step + 1)}'.{NearestName.Hint(name, known)}",
                known.Count == 0 ? "something that is there" : $"one of {string.Join(", ", known)}");
        }

        if (_action == Action.Remove && step + 1 == _path.Steps.Count)
        {
            return mapping!.Without(new HashSet<string> { key });
        }

        if (In(old, step + 1) is not { } value)
        {
            return null;
        }

        return mapping is null ? new MappingNode([new Entry(Key(step), value)], Span(step))
            : old is null ? new MappingNode([.. mapping.Entries, new Entry(Key(step), value)], mapping.At)
            : new MappingNode([.. mapping.Entries.Select(entry => entry.Name == key ? entry with { Value = value } : entry)], mapping.At);
    }

    /// <summary>
    /// Where one named thing is expected, its own name leads into it, and another name puts another in its place:
    /// <c>compile.optimizer.SGD.momentum=0.9</c> over Adam. In a list only the own name will do, as a wrong number would else
    /// replace another layer. False when the name is neither, which is then told.
    /// </summary>
    private bool TryEnterThing(ref Node? node, ref string key, int step)
    {
        var (names, place) = (Names(step), _path.Upto(step));
        if (NamedThings.KindAt(names) is { } kind)
        {
            if (NamedThings.In(node!, kind) is not { } thing)
            {
                return true;
            }

            if (NamedThings.AreSame(kind, thing.Name, key))
            {
                (node, key) = (node as MappingNode ?? Bare(thing), thing.Name);
                return true;
            }

            if (Catalog.Find(kind, key) is not null)
            {
                node = null;
                return true;
            }

            var hint = NearestName.Hint(key, Catalog.NamesOf(kind));
            return !NamedThings.AreAlwaysThings(kind) || (Catalog.Find(kind, thing.Name) is null
                ? Refuse(step, $"'{place}' is '{thing.Name}', and '{key}' is not the name of what may take its place.{hint}", $"a value for {place} itself, or a name that may stand there")
                : Refuse(step, $"'{place}' is '{thing.Name}', and '{key}' is not the name of what may take its place.{hint}", $"{place}.{thing.Name}.{key}=… for an option of '{thing.Name}'"));
        }

        if (step == 0 || _path.Steps[step - 1].Index is null || !NamedThings.AreItemsOf([.. names.SkipLast(1)]))
        {
            return true;
        }

        var item = node switch
        {
            ScalarNode bare => new Entry(bare, new ScalarNode("", quoted: false, bare.At)),
            MappingNode { Entries: [var only] } => only,
            _ => null,
        };
        node = item is null ? node : node as MappingNode ?? Bare(item);
        return item is null || item.Name == key
            || Refuse(step, $"'{place}' is '{item.Name}', not '{key}'.", $"{place}.{item.Name}.…, or {place}={{{key}: {{…}}}} to put another in its place");
    }

    private static MappingNode Bare(Entry thing) => new([thing], thing.Key.At);

    private ListNode? Appended(Node? list)
    {
        switch (list)
        {
            case null or ScalarNode { IsNull: true }:
                return new ListNode([_value], _value.At);
            case ListNode old:
                return new ListNode([.. old.Items, _value], old.At);
            default:
                Fail(_path.Steps.Count - 1, $"'{_path.Upto(_path.Steps.Count)}' is {list.Kind}, not a list.", $"{_path.Upto(_path.Steps.Count)}=value to replace it");
                return null;
        }
    }

    /// <summary>The names that lead to a step's node, without the numbers of items.</summary>
    private List<string> Names(int step) => [.. _path.Steps.Take(step).Select(one => one.Index is null ? one.Text : "[]")];

    private ScalarNode Key(int step) => new(_path.Steps[step].Text, quoted: false, Span(step));

    private SourceSpan Span(int step) => new(_source, 1, _pathStart + _path.Steps[step].At + 1, _path.Steps[step].Text.Length);

    private Node? Fail(int step, string problem, string expected)
    {
        _errors.Add(new ConfigError(Span(step), problem, expected, _path.Upto(step)));
        return null;
    }

    private bool Refuse(int step, string problem, string expected)
    {
        Fail(step, problem, expected);
        return false;
    }

    private MappingNode? FailNamed(int step, string problem, string expected)
    {
        Fail(step, problem, expected);
        return null;
    }
}
