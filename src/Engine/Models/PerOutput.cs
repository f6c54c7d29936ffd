using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Models;

/// <summary>Something said for a model's outputs: once for all, in the order of the outputs, or by their names.</summary>
/// <typeparam name="T">What is said.</typeparam>
[PerOutput]
public sealed class PerOutput<T>
    where T : notnull
{
    private readonly bool _forAll;
    private readonly T? _all;
    private readonly IReadOnlyList<Placed<T>>? _inOrder;
    private readonly IReadOnlyDictionary<string, Placed<T>>? _byName;

    /// <summary>The same for every output.</summary>
    public PerOutput(T all) => (_forAll, _all) = (true, all);

    internal PerOutput(IReadOnlyList<Placed<T>> inOrder, SourceSpan at) => (_inOrder, At) = (inOrder, at);

    internal PerOutput(IReadOnlyDictionary<string, Placed<T>> byName, SourceSpan at) => (_byName, At) = (byName, at);

    /// <summary>Where it was said.</summary>
    public SourceSpan At { get; } = SourceSpan.Nowhere;

    /// <summary>Whether outputs are told apart.</summary>
    public bool TellsApart => !_forAll;

    internal T? All => _all;

    internal IReadOnlyList<Placed<T>>? InOrder => _inOrder;

    internal IReadOnlyDictionary<string, Placed<T>>? ByName => _byName;

    /// <summary>The same for every output.</summary>
    public static implicit operator PerOutput<T>(T all) => new(all);

    /// <summary>What is said for each output, in their order; an output that is left out gets nothing.</summary>
    /// <param name="outputs">The names of the outputs.</param>
    /// <param name="mistakes">Where names that are no outputs, and lists of the wrong length, are told.</param>
    /// <param name="path">The way to this in the file.</param>
    public IReadOnlyList<T?> For(IReadOnlyList<string> outputs, ICollection<ConfigError> mistakes, string path)
    {
        if (_forAll)
        {
            return [.. outputs.Select(_ => _all)];
        }

        if (_byName is not null)
        {
            foreach (var (name, said) in _byName.Where(said => !outputs.Contains(said.Key)))
            {
                mistakes.Add(new ConfigError(
                    said.At, $"The model has no output '{name}'.{NearestName.Hint(name, outputs)}", $"one of {string.Join(", ", outputs)}", path));
            }

            return [.. outputs.Select(name => _byName.TryGetValue(name, out var said) ? said.Value : default)];
        }

        if (_inOrder!.Count != outputs.Count)
        {
            mistakes.Add(new ConfigError(
                At, $"{path[(path.LastIndexOf('.') + 1)..]} has {_inOrder.Count} entries, but the model has {outputs.Count} outputs.", "one entry an output", path));
            return new T?[outputs.Count];
        }

        return [.. _inOrder.Select(said => said.Value)];
    }
}

/// <summary>A value, and where it was written.</summary>
internal sealed record Placed<T>(T? Value, SourceSpan At);

/// <summary>Gives <see cref="PerOutput{T}"/> its form.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PerOutputAttribute : FormAttribute
{
    public override Form FormOf(Type type) =>
        (Form)Activator.CreateInstance(typeof(PerOutputForm<>).MakeGenericType(type.GetGenericArguments()))!;
}

/// <summary>One value, a list in the order of the outputs, or a mapping from their names.</summary>
internal sealed class PerOutputForm<T> : Form
    where T : notnull
{
    private static readonly Form Value = Of(typeof(T));
    private static readonly bool IsList = typeof(T).IsGenericType;
    private static readonly Type? Kind = IsList ? typeof(Metrics.Metric) : typeof(T) == typeof(Losses.LossChoice) ? typeof(Losses.Loss) : null;

    public override string Expected => $"{Value.Expected}; or a mapping from the names of outputs";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(Value.Describe(book, limits), book.List(Value.Describe(book, limits)), book.Map(Value.Describe(book, limits)));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        switch (node)
        {
            case ListNode list when !IsList || list.Items.Any(item => item is ListNode):
                var inOrder = list.Items.Select((item, i) => ReadOne(item, reading.In(i))).ToList();
                value = new PerOutput<T>([.. inOrder.Select(one => one.Placed)], node.At);
                return inOrder.TrueForAll(one => one.Read);
            case MappingNode mapping when !IsOneThing(mapping, reading):
                var byName = mapping.Entries.Select(entry => (entry.Name, One: ReadOne(entry.Value, reading.In(entry.Name), entry.Key.At))).ToList();
                value = new PerOutput<T>(byName.ToDictionary(said => said.Name, said => said.One.Placed, StringComparer.Ordinal), node.At);
                return byName.TrueForAll(said => said.One.Read);
            default:
                var one = ReadOne(node, reading);
                value = one.Placed.Value is { } all ? new PerOutput<T>(all) : null;
                return one.Read;
        }
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var said = (PerOutput<T>)value!;
        if (said.ByName is { } byName)
        {
            return new MappingNode(
                [.. byName.Select(pair => new Entry(
                    new ScalarNode(pair.Key, quoted: false, SourceSpan.Nowhere), WriteOne(pair.Value.Value, (source as MappingNode)?[pair.Key], dialect)))],
                SourceSpan.Nowhere);
        }

        return said.InOrder is { } inOrder
            ? new ListNode([.. inOrder.Select((one, i) => WriteOne(one.Value, (source as ListNode)?.Items[i], dialect))], SourceSpan.Nowhere)
            : WriteOne(said.All, source, dialect);
    }

    /// <summary>Whether a mapping is one thing with options (<c>Huber: {delta: 2}</c>), not a mapping from outputs.</summary>
    private static bool IsOneThing(MappingNode mapping, Reading reading) =>
        (reading.Dialect == Dialect.Keras && mapping["class_name"] is not null)
        || (Kind is not null && mapping.Entries is [var only] && Catalog.Find(Kind, only.Name) is not null);

    private static (bool Read, Placed<T> Placed) ReadOne(Node node, Reading reading, SourceSpan? at = null)
    {
        if (node is ScalarNode { IsNull: true })
        {
            return (true, new Placed<T>(default, at ?? node.At));
        }

        var items = IsList && node is not ListNode ? new ListNode([node], node.At) : node;
        var read = Value.TryRead(items, reading, out var value);
        return (read, new Placed<T>(read ? (T?)value : default, at ?? node.At));
    }

    private static Node WriteOne(T? value, Node? source, Dialect dialect) =>
        value is null ? new ScalarNode("null", quoted: false, SourceSpan.Nowhere) : Value.Write(value, source, dialect);
}
