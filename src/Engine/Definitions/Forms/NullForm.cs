using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>Null (Keras's <c>None</c>), or something else.</summary>
internal sealed class NullForm(Form inner) : Form
{
    public override string Expected => $"{inner.Expected}, or null";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(inner.Describe(book, limits), new JsonObject { ["type"] = "null" });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        return node is ScalarNode { IsNull: true } || inner.TryRead(node, inner is ScalarForm ? reading.OrNull() : reading, out value);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is null
        ? source as ScalarNode ?? new ScalarNode("null", quoted: false, SourceSpan.Nowhere)
        : inner.Write(value, source, dialect);
}
