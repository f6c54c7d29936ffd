using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>An entry of <c>layers:</c> as it was written. It is understood when the model is built, and written with every default of its layer.</summary>
/// <param name="Node">What was written.</param>
[Form<LayerNodeForm>]
public sealed record LayerNode(Node Node);

/// <summary>Anything that may be an entry of <c>layers:</c>.</summary>
internal sealed class LayerNodeForm : Form
{
    public override string Expected => "a layer: a name, or a mapping of one name to its options";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(
        Of(typeof(Layer)).Describe(book, limits),
        new JsonObject { ["description"] = "A block, a model, or a layer above, once more.", ["type"] = "string", ["pattern"] = "^[a-z_0-9]" },
        new JsonObject { ["type"] = "object", ["minProperties"] = 1, ["maxProperties"] = 1, ["additionalProperties"] = false, ["patternProperties"] = new JsonObject { ["^[a-z_0-9]"] = new JsonObject() } });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = new LayerNode(node);
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var node = ((LayerNode)value!).Node;
        if (LayerEntry.Read(node, new Reading(Dialect.Experiment, [])) is not { } entry || Catalog.Find(typeof(Layer), entry.Kind.Text) is null)
        {
            return node; // a block, a model or a layer above: nothing to fill in
        }

        var written = new MappingNode([new Entry(entry.Kind, entry.Options)], node.At);
        if (!Of(typeof(Layer)).TryRead(written, new Reading(Dialect.Experiment, []), out var layer) || Of(typeof(Layer)).Write(layer, written, dialect) is not MappingNode filled)
        {
            return node;
        }

        var given = node is MappingNode { Entries: [{ Value: MappingNode options }] } ? options.Entries.Where(option => LayerEntry.IsPlaceOption(entry.Kind.Text, option.Name)) : [];
        var defaults = ((MappingNode)filled.Entries[0].Value).Entries.Where(option => !LayerEntry.IsPlaceOption(entry.Kind.Text, option.Name));
        return new MappingNode([new Entry(filled.Entries[0].Key, new MappingNode([.. given, .. defaults], node.At))], node.At);
    }
}
