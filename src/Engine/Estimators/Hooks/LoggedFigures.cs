using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Figures that are told, and what each is called: a list of their names, or a mapping from a name of one's own to each.</summary>
[Form<LoggedFiguresForm>]
public sealed record LoggedFigures
{
    private readonly IReadOnlyDictionary<string, string>? _called;

    /// <summary>Figures by their own names.</summary>
    public LoggedFigures(IReadOnlyList<string> names) => Names = names;

    /// <summary>Figures by names given to them.</summary>
    /// <param name="called">The figures by what they are called.</param>
    public LoggedFigures(IReadOnlyDictionary<string, string> called) => (_called, Names) = (called, [.. called.Values]);

    /// <summary>The names of the figures.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The figures, each with what it is called.</summary>
    public IEnumerable<(string Called, string Name)> All => _called?.Select(pair => (pair.Key, pair.Value)) ?? Names.Select(name => (name, name));

    /// <summary>As it was written: a list or a mapping.</summary>
    internal object Written => (object?)_called ?? Names;
}

/// <summary>A list, or a mapping.</summary>
internal sealed class LoggedFiguresForm : Form
{
    private static readonly Form List = Of(typeof(IReadOnlyList<string>));
    private static readonly Form Mapping = Of(typeof(IReadOnlyDictionary<string, string>));

    public override string Expected => "a list of figures, or a mapping from names to figures";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(List.Describe(book, limits), Mapping.Describe(book, limits));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not (ListNode or MappingNode))
        {
            return reading.Mismatch(node, Expected);
        }

        var isRead = (node is ListNode ? List : Mapping).TryRead(node, reading, out var read);
        value = !isRead ? null : read is IReadOnlyDictionary<string, string> called ? new LoggedFigures(called) : new LoggedFigures((IReadOnlyList<string>)read!);
        return isRead;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) =>
        ((LoggedFigures)value!).Written is IReadOnlyDictionary<string, string> called ? Mapping.Write(called, source as MappingNode, dialect) : List.Write(((LoggedFigures)value).Names, source as ListNode, dialect);
}
