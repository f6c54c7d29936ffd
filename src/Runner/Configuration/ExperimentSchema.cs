using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>
/// The JSON Schema (draft-07) of experiment files, made from the types that read them, for editors: it completes and explains
/// every key. It says less than <c>runner validate</c>: names that stand for something elsewhere in the file, and shapes, are not in it.
/// </summary>
internal static class ExperimentSchema
{
    private const int LinesDownTo = 4;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as text.</summary>
    internal static string Generate()
    {
        var book = new SchemaBook();
        book.Also[typeof(Layer)] = PlaceOptions(book);
        book.InPart.UnionWith([typeof(Optimizer), typeof(LearningRateSchedule), typeof(DataSource)]);
        book.Of(typeof(Experiment));
        const string Whole = "experiment_options";
        var experiment = book.Definitions[Whole];
        book.Definitions.Remove(Whole);
        var properties = experiment["properties"]!.AsObject();
        properties.Insert(0, "extends", new JsonObject
        {
            ["description"] = "Other experiment files to start from: mappings merge, scalars and lists replace.",
            ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } }),
        });
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "An experiment of ExperimentRunner",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties.DeepClone(),
            ["definitions"] = new JsonObject(book.Definitions.Select(definition => KeyValuePair.Create<string, JsonNode?>(definition.Key, definition.Value))),
        };
        var text = new StringBuilder();
        Write(text, schema, 0);
        return text.Append('\n').ToString();
    }

    /// <summary>Writes an option a line: what is deeper stands on it.</summary>
    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        if (node is not JsonObject { Count: > 0 } mapping || depth == LinesDownTo)
        {
            text.Append(node?.ToJsonString(Readable) ?? "null");
            return;
        }

        text.Append('{');
        foreach (var (pair, i) in mapping.Select((pair, i) => (pair, i)))
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', depth + 1).Append(JsonSerializer.Serialize(pair.Key, Readable)).Append(": ");
            Write(text, pair.Value, depth + 1);
        }

        text.Append('\n').Append(' ', depth).Append('}');
    }

    /// <summary>What an entry of <c>layers:</c> says of its place in the model.</summary>
    private static Dictionary<string, JsonObject> PlaceOptions(SchemaBook book)
    {
        var truth = book.OneOf(new JsonObject { ["type"] = new JsonArray("boolean", "null") });
        var names = SchemaBook.Any(SchemaBook.Text(), book.List(SchemaBook.Text()));
        var shape = book.List(SchemaBook.Any(book.Number(isWhole: true, []), new JsonObject { ["type"] = "null" }));
        return new Dictionary<string, JsonObject>
        {
            ["from"] = Described(names, "The layers or inputs whose outputs it takes, in the order of Keras's call; the one above by default."),
            ["input_shape"] = Described(shape, "The shape of the model's input without the batch, at its first layer."),
            ["batch_input_shape"] = Described(shape, "The shape of the model's input with the batch, at its first layer."),
            ["input_dim"] = Old(book, "An old word for the shape of the model's input: the length of its last axis."),
            ["input_length"] = Old(book, "An old word for the shape of the model's input: the length of a sequence."),
            ["input_dtype"] = Described(SchemaBook.Text(), "The type of the model's input, at its first layer."),
            ["training"] = Described(truth, "Whether this call is always, or never, one of training."),
            ["use_causal_mask"] = Described(truth, "Whether a position attends only to those before it."),
            ["return_attention_scores"] = Described(truth, "Whether the attention's scores come out as well."),
            ["reverse"] = Described(truth, "Whether a map of the layer is undone."),
            ["initial_state"] = Described(names, "Where a recurrent layer's first state comes from."),
            ["attention_mask"] = Described(names, "Which positions attend to which."),
        };
    }

    private static JsonObject Old(SchemaBook book, string words)
    {
        var described = Described(SchemaBook.Any(book.Number(isWhole: true, []), new JsonObject { ["type"] = "null" }), words);
        described["deprecated"] = true;
        return described;
    }

    private static JsonObject Described(JsonObject schema, string words)
    {
        var described = schema.DeepClone().AsObject();
        described.Insert(0, "description", words);
        return described;
    }
}
