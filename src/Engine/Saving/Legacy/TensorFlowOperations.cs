using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>
/// How TensorFlow's functions in a model of tf.keras 2 (layers <c>TFOpLambda</c>, <c>SlicingOpLambda</c>) are said as operations
/// of Keras 3, and back.
/// </summary>
internal static class TensorFlowOperations
{
    private const string Module = "keras.src.ops.numpy";

    private static readonly (string Old, string Now)[] Pooled = [("ksize", "pool_size"), ("strides", "strides"), ("padding", "padding"), ("data_format", "data_format")];

    /// <summary>A function of TensorFlow.</summary>
    /// <param name="Names">Its names in files; the first is written.</param>
    /// <param name="Operation">The class of the operation.</param>
    /// <param name="Tensors">Arguments that are tensors or numbers, old and new name.</param>
    /// <param name="Options">Arguments that are options of the operation, old and new name.</param>
    /// <param name="Change">What is to be changed in the options beside their names; such a function is read, and not written.</param>
    private sealed record Function(string[] Names, string Operation, (string Old, string Now)[] Tensors, (string Old, string Now)[] Options, Action<JsonObject>? Change = null);

    private static readonly Function[] Functions =
    [
        Pair("Add", "__operators__.add", "math.add", "add"),
        Pair("Subtract", "math.subtract", "subtract", "__operators__.sub"),
        Pair("Multiply", "math.multiply", "multiply", "__operators__.mul"),
        Pair("Divide", "math.truediv", "math.divide", "truediv", "divide", "__operators__.truediv"),
        Pair("FloorDivide", "math.floordiv"),
        Pair("Mod", "math.floormod", "math.mod"),
        Pair("Power", "math.pow", "pow"),
        Pair("Maximum", "math.maximum", "maximum"),
        Pair("Minimum", "math.minimum", "minimum"),
        Pair("Equal", "math.equal", "equal"),
        Pair("NotEqual", "math.not_equal", "not_equal"),
        Pair("Greater", "math.greater", "greater"),
        Pair("GreaterEqual", "math.greater_equal", "greater_equal"),
        Pair("Less", "math.less", "less"),
        Pair("LessEqual", "math.less_equal", "less_equal"),
        Pair("LogicalAnd", "math.logical_and"),
        Pair("LogicalOr", "math.logical_or"),
        Single("Negative", "math.negative", "negative"),
        Single("Absolute", "math.abs", "abs"),
        Single("Square", "math.square", "square"),
        Single("Sqrt", "math.sqrt", "sqrt"),
        Single("Rsqrt", "math.rsqrt"),
        Single("Reciprocal", "math.reciprocal"),
        Single("Exp", "math.exp", "exp"),
        Single("Log", "math.log"),
        Single("Log1p", "math.log1p"),
        Single("Sin", "math.sin", "sin"),
        Single("Cos", "math.cos", "cos"),
        Single("Tanh", "math.tanh", "tanh", "nn.tanh"),
        Single("Sign", "math.sign", "sign"),
        Single("Floor", "math.floor", "floor"),
        Single("Ceil", "math.ceil"),
        Single("Round", "math.round", "round"),
        Single("Erf", "math.erf"),
        Single("LogicalNot", "math.logical_not"),
        Single("ZerosLike", "zeros_like"),
        Single("OnesLike", "ones_like"),
        Single("StopGradient", "stop_gradient"),
        Single("Relu", "nn.relu"),
        Single("Relu6", "nn.relu6"),
        Single("Sigmoid", "math.sigmoid", "sigmoid", "nn.sigmoid"),
        Single("Softplus", "math.softplus", "nn.softplus"),
        Single("Softsign", "nn.softsign"),
        Single("Silu", "nn.silu", "nn.swish"),
        Single("Selu", "nn.selu"),
        Single("Elu", "nn.elu"),
        new(["nn.gelu"], "Gelu", [], [("approximate", "approximate")]),
        new(["nn.leaky_relu"], "LeakyRelu", [], [("alpha", "negative_slope")]),
        new(["nn.softmax"], "Softmax", [], [("axis", "axis")]),
        new(["nn.log_softmax"], "LogSoftmax", [], [("axis", "axis")]),
        Reduced("Sum", "math.reduce_sum", "reduce_sum"),
        Reduced("Mean", "math.reduce_mean", "reduce_mean"),
        Reduced("Max", "math.reduce_max", "reduce_max"),
        Reduced("Min", "math.reduce_min", "reduce_min"),
        Reduced("Std", "math.reduce_std"),
        Reduced("Var", "math.reduce_variance"),
        Reduced("Logsumexp", "math.reduce_logsumexp"),
        new(["math.argmax", "argmax"], "Argmax", [], [("axis", "axis")]),
        new(["math.argmin", "argmin"], "Argmin", [], [("axis", "axis")]),
        new(["concat"], "Concatenate", [("values", "xs")], [("axis", "axis")]),
        new(["stack"], "Stack", [("values", "x")], [("axis", "axis")]),
        new(["reshape"], "Reshape", [], [("shape", "newshape")]),
        new(["transpose"], "Transpose", [], [("perm", "axes")]),
        new(["expand_dims"], "ExpandDims", [], [("axis", "axis")]),
        new(["squeeze"], "Squeeze", [], [("axis", "axis")]),
        new(["reverse"], "Flip", [], [("axis", "axis")]),
        new(["cast"], "Cast", [], [("dtype", "dtype")]),
        new(["where"], "Where", [("x", "x1"), ("y", "x2")], []),
        new(["clip_by_value"], "Clip", [("clip_value_min", "x_min"), ("clip_value_max", "x_max")], []),
        new(["linalg.matmul", "matmul"], "Matmul", [("b", "x2")], []),
        new(["__operators__.getitem"], "GetItem", [("slice_spec", "key")], []),
        Pair("LogicalXor", "math.logical_xor"),
        Pair("Arctan2", "math.atan2", "atan2"),
        Pair("DivideNoNan", "math.divide_no_nan"),
        Single("Tan", "math.tan", "tan"),
        Single("Arcsin", "math.asin"),
        Single("Arccos", "math.acos"),
        Single("Arctan", "math.atan"),
        Single("Sinh", "math.sinh"),
        Single("Cosh", "math.cosh"),
        Single("Expm1", "math.expm1"),
        Single("LogSigmoid", "math.log_sigmoid"),
        Single("Isnan", "math.is_nan"),
        Single("Isfinite", "math.is_finite"),
        Single("Isinf", "math.is_inf"),
        Single("Copy", "identity"),
        Single("ConvertToTensor", "convert_to_tensor"),
        Reduced("Prod", "math.reduce_prod", "reduce_prod"),
        Reduced("Any", "math.reduce_any", "reduce_any"),
        Reduced("All", "math.reduce_all", "reduce_all"),
        new(["tile"], "Tile", [], [("multiples", "repeats")]),
        new(["repeat"], "Repeat", [], [("repeats", "repeats"), ("axis", "axis")]),
        new(["roll"], "Roll", [], [("shift", "shift"), ("axis", "axis")]),
        new(["broadcast_to"], "BroadcastTo", [], [("shape", "shape")]),
        new(["unstack"], "Unstack", [], [("num", "num"), ("axis", "axis")]),
        new(["nn.depth_to_space"], "DepthToSpace", [], [("block_size", "block_size"), ("data_format", "data_format")], Format),
        new(["nn.space_to_depth"], "SpaceToDepth", [], [("block_size", "block_size"), ("data_format", "data_format")], Format),
        new(["math.top_k"], "TopK", [], [("k", "k"), ("sorted", "sorted")]),
        new(["math.cumsum"], "Cumsum", [], [("axis", "axis")], config => config.TryAdd("axis", 0)),
        new(["gather"], "Take", [("params", "x"), ("indices", "indices")], [("axis", "axis")], config => config["axis"] ??= 0),
        new(["one_hot"], "OneHot", [("indices", "x")], [("depth", "num_classes"), ("axis", "axis"), ("dtype", "dtype")], config => config["axis"] ??= -1),
        new(["math.l2_normalize"], "Normalize", [], [("axis", "axis"), ("epsilon", "epsilon")], Root),
        new(["split"], "Split", [("value", "x")], [("num_or_size_splits", "indices_or_sections"), ("axis", "axis")], Ends),
        new(["pad"], "Pad", [("tensor", "x")], [("paddings", "pad_width"), ("mode", "mode")], config => config["mode"] = (config.Text("mode") ?? "constant").ToLowerInvariant()),
        new(["image.resize"], "Resize", [], [("size", "size"), ("method", "interpolation"), ("antialias", "antialias")], config => config["interpolation"] ??= "bilinear"),
        new(["image.rgb_to_grayscale"], "RGBToGrayscale", [], []),
        new(["nn.max_pool2d", "nn.max_pool"], "MaxPool", [], Pooled, Windows),
        new(["nn.avg_pool2d", "nn.avg_pool"], "AveragePool", [], Pooled, Windows),
    ];

    private static readonly Dictionary<string, Function> ByName =
        Functions.SelectMany(function => function.Names.Select(name => (name, function))).ToDictionary(pair => pair.name, pair => pair.function, StringComparer.Ordinal);

    private static readonly Dictionary<string, Function> ByOperation = Functions.ToDictionary(function => function.Operation, StringComparer.Ordinal);

    /// <summary>tf.keras 2.4 to 2.15: a call of a function was saved as a layer.</summary>
    internal static void Modernize(OldLayer layer)
    {
        if (layer.Class is not ("TFOpLambda" or "SlicingOpLambda"))
        {
            return;
        }

        var name = layer.Config.Text("function");
        const string first = "compat.v1.";
        if (name is null || !ByName.TryGetValue(name.StartsWith(first, StringComparison.Ordinal) ? name[first.Length..] : name, out var function))
        {
            throw new FileProblem($"{layer.Name} calls TensorFlow's function '{name}', which is not known here.");
        }

        layer.Json["module"] = Module;
        layer.Class = function.Operation;
        layer.Drop("function", "trainable", "dtype");
        if (function.Operation == "Gelu")
        {
            layer.Config["approximate"] = false;
        }

        foreach (var keywords in Keywords(layer.Json["inbound_nodes"]))
        {
            foreach (var (old, now) in function.Options)
            {
                if (keywords.TryGetPropertyValue(old, out var value))
                {
                    layer.Config[now] = value?.DeepClone();
                    keywords.Remove(old);
                }
            }

            function.Change?.Invoke(layer.Config);
            foreach (var (old, now) in function.Tensors)
            {
                keywords.Rename(old, now);
            }

            foreach (var (option, value) in keywords.ToList())
            {
                if (option == "name" || value is null || value.ToJsonString() == "false")
                {
                    keywords.Remove(option);
                }
                else if (value is not null && option == "key")
                {
                    keywords["key"] = Slices(value);
                }
            }
        }
    }

    /// <summary>The function of TensorFlow that is an operation of Keras 3, with the names of its arguments; null when there is none.</summary>
    internal static (string Name, IReadOnlyDictionary<string, string> Arguments, IReadOnlyDictionary<string, string> Options)? FunctionOf(string operation) =>
        ByOperation.TryGetValue(operation, out var function) && function.Change is null
            ? (function.Names[0], function.Tensors.DistinctBy(pair => pair.Now).ToDictionary(pair => pair.Now, pair => pair.Old), function.Options.ToDictionary(pair => pair.Now, pair => pair.Old))
            : null;

    private static Function Pair(string operation, params string[] names) => new(names, operation, [("x", "x1"), ("y", "x2")], []);

    private static Function Single(string operation, params string[] names) => new(names, operation, [("features", "x"), ("logits", "x"), ("a", "x"), ("input", "x"), ("value", "x")], []);

    private static Function Reduced(string operation, params string[] names) => new(names, operation, [("input_tensor", "x")], [("axis", "axis"), ("keepdims", "keepdims")]);

    /// <summary>TensorFlow's word for where the channels stand.</summary>
    private static void Format(JsonObject config)
    {
        if (config.Text("data_format") is { } format)
        {
            config["data_format"] = format.StartsWith("NC", StringComparison.Ordinal) ? "channels_first" : "channels_last";
        }
    }

    /// <summary>Windows and steps over all axes, those of batch and channels included, as over the axes of space.</summary>
    private static void Windows(JsonObject config)
    {
        Format(config);
        foreach (var option in (string[])["pool_size", "strides"])
        {
            if (config.List(option) is { Count: 4 } all)
            {
                var from = config.Text("data_format") == "channels_first" ? 2 : 1;
                config[option] = new JsonArray(all[from]?.DeepClone(), all[from + 1]?.DeepClone());
            }
        }

        if (config.Text("padding") is { } padding)
        {
            config["padding"] = padding.ToLowerInvariant();
        }
    }

    /// <summary>TensorFlow's least divisor is a square, 1e-12 unless said.</summary>
    private static void Root(JsonObject config)
    {
        config["axis"] ??= -1;
        config["epsilon"] = Math.Sqrt(config["epsilon"]?.GetValue<double>() ?? 1e-12);
    }

    /// <summary>Lengths of parts as the places where they end.</summary>
    private static void Ends(JsonObject config)
    {
        if (config.List("indices_or_sections") is { } lengths)
        {
            var end = 0L;
            config["indices_or_sections"] = new JsonArray([.. lengths.SkipLast(1).Select(length => (JsonNode)(end += length.Whole() ?? throw new FileProblem("A tensor is split into parts of unknown length.")))]);
        }
    }

    /// <summary>The named arguments of every call: the objects that stand fourth in a tensor's list.</summary>
    private static IEnumerable<JsonObject> Keywords(JsonNode? json) => json switch
    {
        JsonArray { Count: 4 } tensor when tensor[0].AsText() is not null && tensor[3] is JsonObject keywords => [keywords],
        JsonArray list => list.SelectMany(Keywords).ToList(),
        _ => [],
    };

    /// <summary><c>{start, stop, step}</c> as Keras 3 writes a slice.</summary>
    private static JsonNode? Slices(JsonNode? json) => json switch
    {
        JsonArray list => new JsonArray([.. list.Select(Slices)]),
        JsonObject slice when slice.ContainsKey("start") => new JsonObject { ["class_name"] = "__slice__", ["config"] = slice.DeepClone() },
        JsonObject other when other.Text("class_name") is "Ellipsis" or "__ellipsis__" || other.Text("value") == "Ellipsis" =>
            new JsonObject { ["class_name"] = "__ellipsis__", ["config"] = new JsonObject() },
        _ => json?.DeepClone(),
    };
}
