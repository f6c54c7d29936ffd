using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Execution;

namespace ExperimentRunner.Runner.Serving;

/// <summary>What TensorFlow Serving tells of a model: its status, and its inputs and outputs.</summary>
internal static class ModelAbout
{
    private const string OnlyVersion = "1";

    /// <summary>It is there: whoever gets an answer at all gets this one.</summary>
    internal static JsonObject Status() => new()
    {
        ["model_version_status"] = new JsonArray(new JsonObject
        {
            ["version"] = OnlyVersion,
            ["state"] = "AVAILABLE",
            ["status"] = new JsonObject { ["error_code"] = "OK", ["error_message"] = "" },
        }),
    };

    /// <summary>Its inputs and outputs, and what is done to raw values of the inputs before.</summary>
    internal static JsonObject Metadata(string name, Graph graph, AdaptedFile adapted)
    {
        var about = Described(name, graph);
        var raw = graph.Inputs.Select(port => (port.Name, Layers: adapted.LayersOf(port.Name))).Where(input => input.Layers.Count > 0).ToList();
        if (raw.Count > 0)
        {
            about["metadata"]!["raw_inputs"] = new JsonObject(raw.Select(input => KeyValuePair.Create<string, JsonNode?>(input.Name, new JsonObject
            {
                ["transform"] = new JsonArray([.. input.Layers.Select(layer => JsonValue.Create(Catalog.NameOf(layer.GetType())))]),
            })));
        }

        return about;
    }

    private static JsonObject Described(string name, Graph graph) => new()
    {
        ["model_spec"] = new JsonObject { ["name"] = name, ["signature_name"] = "", ["version"] = OnlyVersion },
        ["metadata"] = new JsonObject
        {
            ["signature_def"] = new JsonObject
            {
                ["signature_def"] = new JsonObject
                {
                    ["serving_default"] = new JsonObject
                    {
                        ["inputs"] = Ports(graph.Inputs),
                        ["outputs"] = Ports(graph.Outputs),
                        ["method_name"] = "tensorflow/serving/predict",
                    },
                },
            },
        },
    };

    private static JsonObject Ports(IReadOnlyList<Port> ports) => new(ports.Select(port => KeyValuePair.Create<string, JsonNode?>(port.Name, new JsonObject
    {
        ["dtype"] = NameOf(port.Spec.Type),
        ["tensor_shape"] = new JsonObject
        {
            ["dim"] = new JsonArray([.. port.Spec.Shape.Select(length => new JsonObject { ["size"] = (length ?? -1).ToString(CultureInfo.InvariantCulture), ["name"] = "" })]),
            ["unknown_rank"] = false,
        },
        ["name"] = port.Name,
    })));

    /// <summary>TensorFlow's name for a type.</summary>
    private static string NameOf(DataType type) => type switch
    {
        DataType.Float32 => "DT_FLOAT",
        DataType.Float64 => "DT_DOUBLE",
        DataType.Float16 => "DT_HALF",
        _ => "DT_" + type.ToString().ToUpperInvariant(),
    };
}
