using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers;

/// <summary>The types a layer computes in and keeps its weights in, by Keras's name: <c>float32</c>, <c>mixed_bfloat16</c>.</summary>
/// <param name="Name">Keras's name of the policy.</param>
[Form<DtypePolicyForm>]
public sealed record DtypePolicy(string Name)
{
    private const string Mixed = "mixed_";

    /// <summary>The type the layer computes in and puts out.</summary>
    public DataType Compute => Named(Name.StartsWith(Mixed, StringComparison.Ordinal) ? Name[Mixed.Length..] : Name)!.Value;

    /// <summary>Reads a policy by name; null when there is none of that name.</summary>
    public static DtypePolicy? Find(string name) =>
        name is Mixed + "bfloat16" or Mixed + "float16" || Named(name) is not null ? new DtypePolicy(name) : null;

    private static DataType? Named(string name) =>
        Enum.TryParse<DataType>(name, ignoreCase: true, out var type) && char.IsAsciiLetterLower(name[0]) ? type : null;
}

/// <summary>A policy's name, or in Keras's JSON an object that holds the name.</summary>
internal sealed class DtypePolicyForm : Form
{
    public override string Expected => "a type: float32, bfloat16, mixed_bfloat16, int32 …";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Text();

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        var name = reading.Dialect == Dialect.Keras && node is MappingNode policy && policy["config"] is MappingNode config ? config["name"] : node;
        if (name is not ScalarNode { IsNull: false } scalar)
        {
            return reading.Mismatch(node, Expected);
        }

        value = DtypePolicy.Find(scalar.Text);
        return value is not null || reading.Fail(node, $"There is no type '{scalar.Text}'.", Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) =>
        new ScalarNode(((DtypePolicy)value!).Name, quoted: true, source?.At ?? SourceSpan.Nowhere);
}
