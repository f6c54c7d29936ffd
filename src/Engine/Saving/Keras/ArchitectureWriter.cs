using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Attention;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Normalization;
using ExperimentRunner.Engine.Layers.Recurrent;
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
    /// <param name="name">The model's name.</param>
    /// <param name="graph">Its layers.</param>
    /// <param name="trainable">Whether its weights are trained.</param>
    /// <param name="notesDefaults">Whether calls have what Keras 3 notes of one that says nothing but its input.</param>
    internal static JsonObject Write(string name, Graph graph, bool trainable, bool notesDefaults = true) =>
        graph.IsSequential ? Sequential(name, graph, trainable, notesDefaults) : Functional(name, graph, trainable, notesDefaults);

    private static JsonObject Sequential(string name, Graph graph, bool trainable, bool notesDefaults)
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
                ["layers"] = new JsonArray([.. graph.Layers.Select(layer => Layer(layer, notesDefaults))]),
                ["build_input_shape"] = shape,
            },
            ["registered_name"] = null,
            ["build_config"] = new JsonObject { ["input_shape"] = shape.DeepClone() },
        };
    }

    private static JsonObject Functional(string name, Graph graph, bool trainable, bool notesDefaults)
    {
        var calls = new CallWriter(graph, notesDefaults);
        var layers = new JsonArray();
        foreach (var layer in graph.Layers)
        {
            var json = Layer(layer, notesDefaults);
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
                ["output_layers"] = HaveNamesOfTheirOwn(graph.Outputs)
                    ? new JsonObject([.. graph.Outputs.Select(port => new KeyValuePair<string, JsonNode?>(port.Name, calls.End(port.Tensor)))])
                    : Ends(graph.Outputs, calls),
            },
            ["registered_name"] = "Functional",
            ["build_config"] = new JsonObject { ["input_shape"] = null },
        };
    }

    private static JsonArray Ends(IReadOnlyList<Port> ports, CallWriter calls) =>
        ports is [var only] ? calls.End(only.Tensor) : new JsonArray([.. ports.Select(port => (JsonNode)calls.End(port.Tensor))]);

    /// <summary>Whether outputs are a mapping: their names are not just those of the layers they come from, perhaps numbered.</summary>
    private static bool HaveNamesOfTheirOwn(IReadOnlyList<Port> outputs) =>
        outputs.Any(port => port.Name != port.Tensor.Node.Layer.Name && !port.Name.StartsWith(port.Tensor.Node.Layer.Name + "_", StringComparison.Ordinal));

    private static JsonObject Layer(GraphLayer layer, bool notesDefaults)
    {
        switch (layer.Definition)
        {
            case Input input:
                return InputLayer(layer.Name, input.ToSpec());
            case Functional model:
                return Write(layer.Name, model.Graph, model.Trainable, notesDefaults);
            case OperationLayer operation:
                return KerasObjects.OfOperation(operation.Operation);
        }

        var json = Plain(layer.Definition, notesDefaults);
        if (!Unbuilt.Contains(json.Text("class_name")!))
        {
            json["build_config"] = BuiltFor(layer);
        }

        BuildParts(json.Object("config")!, layer.Definition, layer.BuiltFor);
        return json;
    }

    /// <summary>A layer without what it was built for. What a TimeDistributed applies may be a whole model.</summary>
    private static JsonObject Plain(Layer definition, bool notesDefaults)
    {
        if (definition is Functional model)
        {
            return Write(model.Name ?? "model", model.Graph, model.Trainable, notesDefaults);
        }

        if (definition is not TimeDistributed each)
        {
            return KerasObjects.OfLayer(definition);
        }

        var json = KerasObjects.OfLayer(each with { Layer = new Identity() });
        json.Object("config")!["layer"] = Plain(each.Layer, notesDefaults);
        return json;
    }

    /// <summary>Says what the layers inside a layer were built for.</summary>
    private static void BuildParts(JsonObject config, Layer definition, IReadOnlyList<Spec> inputs)
    {
        switch (definition)
        {
            case TimeDistributed { Layer: var layer }:
                Build(config.Object("layer"), layer, WithoutTime(inputs[0]));
                break;
            case SpectralNormalization { Layer: var layer }:
                Build(config.Object("layer"), layer, inputs[0]);
                break;
            case Bidirectional { Layer: var layer } both:
                Build(config.Object("layer"), layer, inputs[0]);
                Build(config.Object("backward_layer"), both.BackwardLayer ?? layer, inputs[0]);
                break;
            case RNN { Cell: var cell }:
                Build(config.Object("cell"), cell, WithoutTime(inputs[0]));
                break;
            case StackedRNNCells { Cells: var cells }:
                var step = inputs[0];
                foreach (var (cell, json) in cells.Zip(config.List("cells")!))
                {
                    Build(json as JsonObject, cell, step);
                    step = step.With(cell.Output(step));
                }

                break;
        }

        static void Build(JsonObject? json, Layer layer, Spec input)
        {
            if (json is not null && layer is not Graphs.Functional && !Unbuilt.Contains(json.Text("class_name")!))
            {
                json["build_config"] = new JsonObject { ["input_shape"] = CallWriter.ShapeOf(input.Shape) };
                BuildParts(json.Object("config")!, layer, [input]);
            }
        }

        static Spec WithoutTime(Spec input) => input.With(new Shape([input.Shape[0], .. input.Shape.Skip(2)]));
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
            : new JsonObject { ["input_shape"] = shapes.Count == 1 || layer.Definition is RecurrentLayer or Bidirectional ? shapes[0] : new JsonArray([.. shapes]) };
    }
}
