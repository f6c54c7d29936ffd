using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>Data for the inputs or outputs of a model: one reference, or one by each name.</summary>
/// <param name="One">The one reference; null where they go by name.</param>
/// <param name="ByName">The references by name; null where there is one.</param>
/// <param name="At">Where it was written.</param>
[Form<NamedDataForm>]
public sealed record NamedData(DataReference? One, IReadOnlyDictionary<string, DataReference>? ByName, SourceSpan At);

/// <summary>A reference, or a mapping from names to references.</summary>
internal sealed class NamedDataForm : Form
{
    private static readonly Form Reference = Of(typeof(DataReference));
    private static readonly Form Map = Of(typeof(IReadOnlyDictionary<string, DataReference>));

    public override string Expected => "data (dataset.split.column), or a mapping from the model's names to data";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(Reference.Describe(book, limits), Map.Describe(book, limits));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not MappingNode)
        {
            if (node is not ScalarNode { IsNull: false })
            {
                return reading.Mismatch(node, Expected);
            }

            var good = Reference.TryRead(node, reading, out var one);
            value = new NamedData((DataReference?)one, null, node.At);
            return good;
        }

        var read = Map.TryRead(node, reading, out var map);
        value = new NamedData(null, (IReadOnlyDictionary<string, DataReference>)map!, node.At);
        return read;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is NamedData { One: { } one }
        ? Reference.Write(one, source, dialect)
        : Map.Write(((NamedData)value!).ByName, source, dialect);
}
