using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Attention;
using ExperimentRunner.Engine.Layers.Normalization;
using ExperimentRunner.Engine.Layers.Pooling;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Operations;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Writes the calls of layers as Keras 3 has them: arguments by position and by name.</summary>
/// <param name="graph">The graph of the calls.</param>
/// <param name="notesDefaults">Whether a call that says nothing but its input has what Keras 3 notes of such a call.</param>
internal sealed class CallWriter(Graph graph, bool notesDefaults)
{
    private readonly Dictionary<GraphNode, int> _numbers = graph.Nodes.GroupBy(node => node.Layer).SelectMany(calls => calls.Index()).ToDictionary(call => call.Item, call => call.Index);

    /// <summary>A layer's calls: an entry of <c>inbound_nodes</c> each; inputs have none.</summary>
    internal JsonArray CallsOf(GraphLayer layer) => new([.. graph.Nodes.Where(node => node.Layer == layer && node.Inputs.Count > 0).Select(Call)]);

    /// <summary>A tensor by its layer's name, the number of the call and that of the output.</summary>
    internal JsonArray Key(TensorRef tensor) => new(tensor.Node.Layer.Name, _numbers[tensor.Node], tensor.Index);

    /// <summary>An input or output of the whole model. There Keras counts the making of a model in the model as its first call, but not that of a list of layers.</summary>
    internal JsonArray End(TensorRef tensor) =>
        new(tensor.Node.Layer.Name, _numbers[tensor.Node] + (tensor.Node.Layer.Definition is Functional { Graph.IsSequential: false } ? 1 : 0), tensor.Index);

    /// <summary>A shape.</summary>
    internal static JsonArray ShapeOf(IEnumerable<long?> shape) => new([.. shape.Select(length => length is { } known ? (JsonNode)known : null)]);

    private JsonNode Call(GraphNode node)
    {
        var (positional, named) = (new JsonArray(), new JsonObject());
        if (node.Layer.Definition is OperationLayer operation)
        {
            foreach (var operand in operation.Operands.Positional)
            {
                positional.Add(Operand(operand, node));
            }

            foreach (var (name, operand) in operation.Operands.Named)
            {
                named[name] = Operand(operand, node);
            }

            return new JsonObject { ["args"] = positional, ["kwargs"] = named };
        }

        Inputs(node, positional, named);
        Options(node, named);
        if (notesDefaults && positional is [JsonObject] && named.All(argument => argument.Key == "mask"))
        {
            Defaults(node.Layer.Definition, named);
        }

        return new JsonObject { ["args"] = positional, ["kwargs"] = named };
    }

    private void Inputs(GraphNode node, JsonArray positional, JsonObject named)
    {
        var names = node.Options.InputNames;
        var tensors = node.Inputs.Select((input, i) => (Name: NameOf(node, i), Json: (JsonNode)Tensor(input))).ToList();
        var unnamed = tensors.Where(tensor => tensor.Name.Length == 0).Select(tensor => tensor.Json).ToList();
        if (node.Layer.Definition is HeadAttention && unnamed.Count == 1 && tensors.Count == 1)
        {
            unnamed.Add(unnamed[0].DeepClone()); // Keras must be told the value
        }

        if (unnamed.Count == 1 || node.Layer.Definition is HeadAttention)
        {
            foreach (var tensor in unnamed)
            {
                positional.Add(tensor);
            }
        }
        else
        {
            positional.Add(new JsonArray([.. unnamed]));
        }

        foreach (var group in tensors.Where(tensor => tensor.Name.Length > 0).GroupBy(tensor => tensor.Name))
        {
            named[group.Key] = group.Key == "initial_state" ? new JsonArray([.. group.Select(tensor => tensor.Json)]) : group.First().Json;
        }
    }

    /// <summary>What Keras calls an input: nothing where its position says it.</summary>
    private static string NameOf(GraphNode node, int input) => input < node.Options.InputNames.Count && node.Options.InputNames[input] is { Length: > 0 } name ? name
        : input > 0 && node.Layer.Definition is RecurrentLayer or Bidirectional && input > 0 ? "initial_state"
        : "";

    /// <summary>What Keras notes of a call that says nothing but its input: the mask that is not there, and the default of <c>training</c>.</summary>
    private static void Defaults(Layer layer, JsonObject named)
    {
        if (layer is RecurrentLayer or NoiseLayer or SpectralNormalization)
        {
            named["training"] = false;
        }

        if (layer is ImageLayer)
        {
            named["training"] = true;
        }

        if (layer is RecurrentLayer or Bidirectional or TimeDistributed or BatchNormalization or Layers.Activations.Softmax or GlobalAveragePooling1D or Functional)
        {
            named.TryAdd("mask", null);
        }
    }

    private void Options(GraphNode node, JsonObject named)
    {
        var options = node.Options;
        if (options.Training is { } training)
        {
            named["training"] = training;
        }

        if (options.UseCausalMask)
        {
            named["use_causal_mask"] = true;
        }

        if (options.ReturnAttentionScores)
        {
            named["return_attention_scores"] = true;
        }

        if (options.Reverse)
        {
            named["reverse"] = true;
        }

        if (node.Masks.Count > 0 && node.Layer.Definition is HeadAttention)
        {
            var names = Enumerable.Range(0, node.Inputs.Count).Select(i => NameOf(node, i)).ToList();
            foreach (var (place, mask) in HeadAttention.PlacesOf(names).Zip(node.Masks))
            {
                if (mask is { } tensor)
                {
                    named[place + "_mask"] = Tensor(tensor);
                }
            }
        }
        else if (node.Masks.Count > 0)
        {
            var masks = node.Masks.Select(mask => mask is { } tensor ? (JsonNode)Tensor(tensor) : null).ToList();
            named["mask"] = masks is [var only] ? only : new JsonArray([.. masks]);
        }
    }

    private JsonObject Tensor(TensorRef tensor) => new()
    {
        ["class_name"] = "__keras_tensor__",
        ["config"] = new JsonObject { ["shape"] = ShapeOf(tensor.Spec.Shape), ["dtype"] = DataTypes.NameOf(tensor.Spec.Type), ["keras_history"] = Key(tensor) },
    };

    private JsonNode? Operand(Operand operand, GraphNode node) => operand switch
    {
        Operations.Operand.Input input => Tensor(node.Inputs[input.Index]),
        Operations.Operand.Several several => new JsonArray([.. several.Items.Select(item => Operand(item, node))]),
        Operations.Operand.Number number => number.IsWhole ? (long)number.Value : number.Value,
        Operations.Operand.Fixed array => new JsonObject
        {
            ["class_name"] = array.IsTensor ? "__tensor__" : "__numpy__",
            ["config"] = new JsonObject { ["value"] = Operand(array.Values, node), ["dtype"] = DataTypes.NameOf(array.Type) },
        },
        Operations.Operand.Flag flag => flag.Value,
        Operations.Operand.Text text => text.Value,
        Operations.Operand.Ellipsis => new JsonObject { ["class_name"] = "__ellipsis__", ["config"] = new JsonObject() },
        Operations.Operand.Slice slice => new JsonObject
        {
            ["class_name"] = "__slice__",
            ["config"] = new JsonObject { ["start"] = slice.Start, ["stop"] = slice.Stop, ["step"] = slice.Step },
        },
        _ => null,
    };
}
