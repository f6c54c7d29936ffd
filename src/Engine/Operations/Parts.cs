using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;

namespace ExperimentRunner.Engine.Operations;

/// <summary>How an axis is split: into so many parts, or at these places.</summary>
/// <param name="Count">How many parts; null where the places are given.</param>
/// <param name="Places">Where each part but the first begins.</param>
[Form<PartsForm>]
internal sealed record Parts(int? Count, IReadOnlyList<int> Places)
{
    /// <summary>The lengths of the parts; a remainder goes to the first ones.</summary>
    internal IEnumerable<long?> Lengths(long? all)
    {
        if (Count is { } parts)
        {
            return Enumerable.Range(0, parts).Select(part => all is null ? all : (all / parts) + (part < all % parts ? 1 : 0));
        }

        long?[] ends = [0, .. Places.Select(end => (long?)end), all];
        return ends.Zip(ends.Skip(1), (from, to) => to - from);
    }
}

/// <summary>One number, or a list of them.</summary>
internal sealed class PartsForm : Form
{
    private static readonly Form List = Of(typeof(IReadOnlyList<int>));
    private static readonly Form One = Of(typeof(int));

    public override string Expected => "a number of parts, or a list of places";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(One.Describe(book, limits), List.Describe(book, limits));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        var read = node is ListNode ? List.TryRead(node, reading, out value) : One.TryRead(node, reading, out value);
        value = value switch
        {
            int and <= 0 => null,
            int parts => new Parts(parts, []),
            IReadOnlyList<int> places => new Parts(null, places),
            _ => null,
        };
        return read && (value is not null || reading.Mismatch(node, Expected));
    }

    public override Node Write(object? value, Node? source, Dialect dialect) =>
        ((Parts)value!).Count is { } parts ? One.Write(parts, source, dialect) : List.Write(((Parts)value).Places, source, dialect);
}
