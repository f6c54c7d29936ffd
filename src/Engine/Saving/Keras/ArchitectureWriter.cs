using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Attention;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Operations;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Writes the configuration of a model as Keras 3 does.</summary>
/// <remarks>Source: Keras 3, <c>serialize_keras_object</c>, <c>Functional.get_config</c>, <c>Sequential.get_config</c>.</remarks>
internal static class ArchitectureWriter
{
    /// <summary>Classes that Keras has nothing to build of.</summary>
    private static readonly HashSet<string> Unbuilt = new(StringComparer.Ordinal)
    {
        "InputLayer", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Identity", "Masking", "Reshape", "ActivityRegularization",
        "Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
        "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D",
        "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
    };

    /// <summary>The configuration of a model.</summary>
    internal static JsonObject Write(string name, Graph graph, bool trainable) => graph.IsSequential ? Sequential(name, graph, trainable) : Functional(name, graph, trainable);

    private static JsonObject Sequential(string name, Graph graph, bool trainable)
    {
        var shape = CallWriter.ShapeOf(graph.Inputs[0].Spec.Shape);
        return new JsonObject
        {
            ["module"] = "keras",
            ["class_name"] = "Sequential",
            ["config"] = new JsonObject
            {
                ["name"] = name,
                ["trainable"] = trainable,
                ["dtype"] = KerasObjects.Policy("float32"),
                ["layers"] = new JsonArray([.. graph.Layers.Select(Layer)]),
                ["build_input_shape"] = shape,
            },
            ["registered_name"] = null,
            ["build_config"] = new JsonObject { ["input_shape"] = shape.DeepClone() },
        };
    }

    private static JsonObject Functional(string name, Graph graph, bool trainable)
    {
        var calls = new CallWriter(graph);
        var layers = new JsonArray();
        foreach (var layer in graph.Layers)
        {
            var json = Layer(layer);
            json["name"] = layer.Name;
            json["inbound_nodes"] = calls.CallsOf(layer);
            layers.Add(json);
        }

        return new JsonObject
        {
            ["module"] = "keras.src.models.functional",
            ["class_name"] = "Functional",
            ["config"] = new JsonObject
            {
                ["name"] = name,
                ["trainable"] = trainable,
                ["layers"] = layers,
                ["input_layers"] = Ends(graph.Inputs, calls),
                ["output_layers"] = Ends(graph.Outputs, calls),
            },
            ["registered_name"] = "Functional",
            ["build_config"] = new JsonObject { ["input_shape"] = null },
        };
    }

    private static JsonArray Ends(IReadOnlyList<Port> ports, CallWriter calls) =>
        ports is [var only] ? calls.Key(only.Tensor) : new JsonArray([.. ports.Select(port => (JsonNode)calls.Key(port.Tensor))]);

    private static JsonObject Layer(GraphLayer layer)
    {
        switch (layer.Definition)
        {
            case Input input:
                return InputLayer(layer.Name, input.ToSpec());
            case Functional model:
                return Write(layer.Name, model.Graph, model.Trainable);
            case OperationLayer operation:
                return KerasObjects.OfOperation(operation.Operation);
        }

        var json = KerasObjects.OfLayer(layer.Definition);
        var className = json.Text("class_name")!;
        if (!Unbuilt.Contains(className) && BuiltFor(layer) is { } built)
        {
            json["build_config"] = built;
        }

        return json;
    }

    private static JsonObject InputLayer(string name, Spec spec) => new()
    {
        ["module"] = "keras.layers",
        ["class_name"] = "InputLayer",
        ["config"] = new JsonObject
        {
            ["batch_shape"] = CallWriter.ShapeOf(spec.Shape),
            ["dtype"] = DataTypes.NameOf(spec.Type),
            ["sparse"] = false,
            ["ragged"] = false,
            ["name"] = name,
            ["optional"] = false,
        },
        ["registered_name"] = null,
    };

    private static JsonObject BuiltFor(GraphLayer layer)
    {
        var shapes = layer.BuiltFor.Select(spec => CallWriter.ShapeOf(spec.Shape)).ToList();
        return layer.Definition is HeadAttention
            ? new JsonObject { ["shapes_dict"] = new JsonObject([new("query_shape", shapes[0]), new("value_shape", shapes.Count > 1 ? shapes[1] : shapes[0].DeepClone())]) }
            : new JsonObject { ["input_shape"] = shapes.Count == 1 || layer.Definition is Layers.Recurrent.RecurrentLayer or Layers.Recurrent.Bidirectional ? shapes[0] : new JsonArray([.. shapes]) };
    }
}
