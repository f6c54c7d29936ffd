using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;

namespace ExperimentRunner.Engine.Inputs.Transforms;

/// <summary>One thing that is done to a column: a layer that draws nothing at random, or <c>to_categorical</c>.</summary>
/// <param name="Layer">The layer that does it.</param>
/// <param name="At">Where it was written.</param>
[Form<TransformForm>]
public sealed record Transform(Layer Layer, SourceSpan At);

/// <summary>A layer, or <c>to_categorical</c>.</summary>
internal sealed class TransformForm : Form
{
    private static readonly Form AnyLayer = Of(typeof(Layer));

    public override string Expected => "a layer, or to_categorical";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(
        AnyLayer.Describe(book, limits),
        new JsonObject { ["enum"] = new JsonArray(ToCategorical.KerasName) },
        new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = new JsonObject { [ToCategorical.KerasName] = Of(typeof(ToCategorical)).Describe(book, limits) } });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        var name = node switch { ScalarNode scalar => scalar, MappingNode { Entries: [var only] } => only.Key, _ => null };
        object? layer;
        if (name?.Text == ToCategorical.KerasName)
        {
            var options = node is MappingNode mapping ? mapping.Entries[0].Value : new MappingNode([], node.At);
            if (!OptionsForm.Of(typeof(ToCategorical)).TryRead(options, reading.In(name.Text), name.Text, out layer))
            {
                return false;
            }
        }
        else if (!AnyLayer.TryRead(node, reading, out layer))
        {
            return false;
        }

        if (layer is IDrawsAtRandom || layer is Pipeline { Layers: var parts } && parts.Any(part => part is IDrawsAtRandom))
        {
            return reading.Fail(node, $"{name!.Text} draws at random, so it belongs in the model.", "a layer that draws nothing at random");
        }

        value = new Transform((Layer)layer!, node.At);
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var layer = ((Transform)value!).Layer;
        if (layer is not ToCategorical)
        {
            return AnyLayer.Write(layer, source, dialect);
        }

        var options = Of(typeof(ToCategorical)).Write(layer, source is MappingNode { Entries: [var only] } ? only.Value : null, dialect);
        return new MappingNode([new Entry(new ScalarNode(ToCategorical.KerasName, quoted: false, SourceSpan.Nowhere), options)], SourceSpan.Nowhere);
    }
}
