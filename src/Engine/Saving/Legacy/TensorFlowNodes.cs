using System.Globalization;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>
/// How nodes of TensorFlow's graph in a model of tf.keras 2.0 to 2.3 (layers <c>TensorFlowOpLayer</c>) are said as operations of Keras 3.
/// A node's constants stand in the layer's options, by the number of the input that they are.
/// </summary>
internal static class TensorFlowNodes
{
    /// <summary>Operators whose inputs are the operation's arguments, as they stand.</summary>
    private static readonly Dictionary<string, string> Plain = new(StringComparer.Ordinal)
    {
        ["Add"] = "Add", ["AddV2"] = "Add", ["BiasAdd"] = "Add", ["Sub"] = "Subtract", ["Mul"] = "Multiply", ["RealDiv"] = "Divide", ["Div"] = "Divide",
        ["FloorDiv"] = "FloorDivide", ["FloorMod"] = "Mod", ["Pow"] = "Power", ["Maximum"] = "Maximum", ["Minimum"] = "Minimum", ["Atan2"] = "Arctan2",
        ["Equal"] = "Equal", ["NotEqual"] = "NotEqual", ["Greater"] = "Greater", ["GreaterEqual"] = "GreaterEqual", ["Less"] = "Less", ["LessEqual"] = "LessEqual",
        ["LogicalAnd"] = "LogicalAnd", ["LogicalOr"] = "LogicalOr", ["LogicalNot"] = "LogicalNot", ["SelectV2"] = "Where",
        ["Neg"] = "Negative", ["Exp"] = "Exp", ["Log"] = "Log", ["Log1p"] = "Log1p", ["Sqrt"] = "Sqrt", ["Rsqrt"] = "Rsqrt", ["Square"] = "Square", ["Abs"] = "Absolute",
        ["Reciprocal"] = "Reciprocal", ["Sin"] = "Sin", ["Cos"] = "Cos", ["Floor"] = "Floor", ["Ceil"] = "Ceil", ["Round"] = "Round", ["Sign"] = "Sign", ["Erf"] = "Erf",
        ["Relu"] = "Relu", ["Relu6"] = "Relu6", ["Sigmoid"] = "Sigmoid", ["Tanh"] = "Tanh", ["Softmax"] = "Softmax", ["LogSoftmax"] = "LogSoftmax", ["Elu"] = "Elu", ["Selu"] = "Selu",
        ["Softplus"] = "Softplus", ["Softsign"] = "Softsign", ["Identity"] = "Copy", ["StopGradient"] = "StopGradient", ["ZerosLike"] = "ZerosLike", ["OnesLike"] = "OnesLike",
    };

    /// <summary>Operators whose second input is an option.</summary>
    private static readonly Dictionary<string, (string Operation, string Option)> WithOption = new(StringComparer.Ordinal)
    {
        ["Sum"] = ("Sum", "axis"), ["Mean"] = ("Mean", "axis"), ["Max"] = ("Max", "axis"), ["Min"] = ("Min", "axis"), ["Prod"] = ("Prod", "axis"), ["Any"] = ("Any", "axis"), ["All"] = ("All", "axis"),
        ["Reshape"] = ("Reshape", "newshape"), ["Transpose"] = ("Transpose", "axes"), ["ExpandDims"] = ("ExpandDims", "axis"), ["Tile"] = ("Tile", "repeats"),
        ["ArgMax"] = ("Argmax", "axis"), ["ArgMin"] = ("Argmin", "axis"), ["ReverseV2"] = ("Flip", "axis"), ["BroadcastTo"] = ("BroadcastTo", "shape"),
    };

    /// <summary>Rewrites such a layer; any other stays.</summary>
    internal static void Modernize(OldLayer layer)
    {
        if (layer.Class != "TensorFlowOpLayer")
        {
            return;
        }

        var node = layer.Config["node_def"] is JsonObject known ? known
            : layer.Config.Text("node_def") is { } text ? Json.Parse(text, $"{layer.Name}'s node") : throw new FileProblem($"{layer.Name} has no node.");
        var name = node.Text("op") ?? "";
        var attributes = node.Object("attr") ?? [];
        var constants = (layer.Config.Object("constants") ?? []).ToDictionary(pair => int.Parse(pair.Key, CultureInfo.InvariantCulture), pair => pair.Value);
        var config = new JsonObject { ["name"] = layer.Json.Text("name") ?? layer.Config.Text("name") };
        var listed = false;
        JsonNode? key = null;
        var isPlain = Plain.TryGetValue(name, out var operation);
        if (!isPlain && WithOption.TryGetValue(name, out var with) && constants.Remove(1, out var option))
        {
            operation = with.Operation;
            config[with.Option] = option?.DeepClone();
            if (attributes.Object("keep_dims")?["b"]?.ToJsonString() == "true")
            {
                config["keepdims"] = true;
            }
        }
        else if (!isPlain)
        {
            switch (name)
            {
                case "ConcatV2" when constants.Count > 0:
                    (operation, listed) = ("Concatenate", true);
                    var last = constants.Keys.Max();
                    constants.Remove(last, out var axis);
                    config["axis"] = axis?.DeepClone();
                    break;
                case "Pack":
                    (operation, listed) = ("Stack", true);
                    config["axis"] = Whole(attributes.Object("axis")?["i"]);
                    break;
                case "Squeeze":
                    operation = "Squeeze";
                    config["axis"] = attributes.Object("squeeze_dims")?.Object("list")?.List("i") is { Count: > 0 } axes ? new JsonArray([.. axes.Select(one => (JsonNode)Whole(one))]) : null;
                    break;
                case "Cast":
                    operation = "Cast";
                    config["dtype"] = TypeOf(attributes.Object("DstT")?.Text("type"), layer);
                    break;
                case "LeakyRelu":
                    operation = "LeakyRelu";
                    config["negative_slope"] = attributes.Object("alpha")?["f"]?.DeepClone() ?? 0.2;
                    break;
                case "MatMul" or "BatchMatMul" or "BatchMatMulV2" when attributes.All(pair => !pair.Key.StartsWith("transpose_", StringComparison.Ordinal) && !pair.Key.StartsWith("adj_", StringComparison.Ordinal)
                    || (pair.Value as JsonObject)?["b"]?.ToJsonString() is null or "false"):
                    operation = "Matmul";
                    break;
                case "StridedSlice" when constants.Remove(1, out var begin) && constants.Remove(2, out var end) && constants.Remove(3, out var stride):
                    operation = "GetItem";
                    key = Key(begin as JsonArray ?? [], end as JsonArray ?? [], stride as JsonArray ?? [], attributes);
                    break;
                default:
                    throw new FileProblem($"{layer.Name} is TensorFlow's operator '{name}', which is not known here.");
            }
        }

        layer.Json["module"] = "keras.src.ops.numpy";
        layer.Class = operation!;
        layer.Json["config"] = config;
        layer.Json["inbound_nodes"] = new JsonArray([.. (layer.Json.List("inbound_nodes") ?? []).Select(call => Call(call, constants, listed, key))]);
    }

    /// <summary>A call as Keras 3 writes it, with the constants among its tensors.</summary>
    private static JsonObject Call(JsonNode? call, Dictionary<int, JsonNode?> constants, bool listed, JsonNode? key)
    {
        var tensors = new Queue<JsonNode>((Keras.TensorKey.Read(call) is null ? call as JsonArray ?? [] : new JsonArray(call!.DeepClone())).Where(tensor => Keras.TensorKey.Read(tensor) is not null).Select(Tensor));
        var arguments = new List<JsonNode?>();
        for (var place = 0; tensors.Count > 0 || constants.ContainsKey(place); place++)
        {
            arguments.Add(constants.TryGetValue(place, out var constant) ? Constant(constant) : tensors.Dequeue());
        }

        if (key is not null)
        {
            arguments.Add(key.DeepClone());
        }

        return new JsonObject { ["args"] = listed ? new JsonArray(new JsonArray([.. arguments])) : new JsonArray([.. arguments]), ["kwargs"] = new JsonObject() };
    }

    private static JsonNode Tensor(JsonNode? json)
    {
        var key = Keras.TensorKey.Read(json)!.Value;
        return new JsonObject
        {
            ["class_name"] = "__keras_tensor__",
            ["config"] = new JsonObject { ["keras_history"] = new JsonArray(key.Layer, key.Call, key.Index) },
        };
    }

    private static JsonNode? Constant(JsonNode? value) => value is not JsonArray ? value?.DeepClone()
        : new JsonObject { ["class_name"] = "__numpy__", ["config"] = new JsonObject { ["value"] = value.DeepClone() } };

    /// <summary>What is taken of each axis: masks say, bit by bit, which of the numbers do not count.</summary>
    private static JsonArray Key(JsonArray begin, JsonArray end, JsonArray stride, JsonObject attributes)
    {
        var parts = new JsonArray();
        for (var i = 0; i < begin.Count; i++)
        {
            parts.Add(Says("new_axis_mask", i) ? null
                : Says("ellipsis_mask", i) ? new JsonObject { ["class_name"] = "__ellipsis__", ["config"] = new JsonObject() }
                : Says("shrink_axis_mask", i) ? begin[i]?.DeepClone()
                : new JsonObject
                {
                    ["class_name"] = "__slice__",
                    ["config"] = new JsonObject
                    {
                        ["start"] = Says("begin_mask", i) ? null : begin[i]?.DeepClone(),
                        ["stop"] = Says("end_mask", i) ? null : end.ElementAtOrDefault(i)?.DeepClone(),
                        ["step"] = stride.ElementAtOrDefault(i)?.DeepClone(),
                    },
                });
        }

        return parts;

        bool Says(string mask, int bit) => (Whole(attributes.Object(mask)?["i"]) >> bit & 1) == 1;
    }

    /// <summary>A whole number, which protobuf's JSON writes as a text.</summary>
    private static long Whole(JsonNode? json) => json?.Whole() ?? (long.TryParse(json?.AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0);

    private static string TypeOf(string? name, OldLayer layer) => name switch
    {
        "DT_FLOAT" => "float32",
        "DT_DOUBLE" => "float64",
        "DT_HALF" => "float16",
        "DT_BFLOAT16" => "bfloat16",
        "DT_BOOL" => "bool",
        "DT_UINT8" => "uint8",
        "DT_INT8" => "int8",
        "DT_INT16" => "int16",
        "DT_INT32" => "int32",
        "DT_INT64" => "int64",
        _ => throw new FileProblem($"{layer.Name} makes numbers of the type '{name}', which is not known here."),
    };
}
