using System.Reflection;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Operations;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Optimizers.Schedules;
using ExperimentRunner.Engine.Regularizers;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Writes single things as Keras 3 does: <c>{module, class_name, config, registered_name}</c>.</summary>
internal static class KerasObjects
{
    /// <summary>Options that Keras writes and that mean nothing here, because only their default is known.</summary>
    private static readonly Dictionary<string, (string Name, string Value)[]> Constant = new(StringComparer.Ordinal)
    {
        ["BatchNormalization"] = [("synchronized", "false")],
        ["Discretization"] = [("sparse", "false")],
        ["HashedCrossing"] = [("sparse", "false")],
        ["Dense"] = [("quantization_config", "null")],
        ["EinsumDense"] = [("quantization_config", "null")],
        ["Embedding"] = [("quantization_config", "null")],
        ["ReversibleEmbedding"] = [("quantization_config", "null")],
        ["GlorotUniform"] = [("input_axes", "null"), ("output_axes", "null")],
        ["CosineDecay"] = [("name", "\"CosineDecay\"")],
        ["CosineDecayRestarts"] = [("name", "\"SGDRDecay\"")],
        ["ExponentialDecay"] = [("name", "\"ExponentialDecay\"")],
        ["InverseTimeDecay"] = [("name", "\"InverseTimeDecay\"")],
        ["PiecewiseConstantDecay"] = [("name", "\"PiecewiseConstant\"")],
        ["PolynomialDecay"] = [("name", "\"PolynomialDecay\"")],
    };

    /// <summary>Classes that a <c>.keras</c> calls by another name than an <c>.h5</c> does: by the public one, not the class's own.</summary>
    private static readonly Dictionary<string, string> PublicNames = new(StringComparer.Ordinal) { ["GroupedQueryAttention"] = "GroupQueryAttention" };

    /// <summary>Layers that speak of a penalty on their outputs even where there is none.</summary>
    private static readonly HashSet<string> SaysActivity = new(StringComparer.Ordinal)
    {
        "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv1D", "DepthwiseConv2D",
        "SeparableConv1D", "SeparableConv2D", "EinsumDense", "Embedding", "ReversibleEmbedding", "TernaryDense", "MultiHeadAttention", "GroupQueryAttention",
        "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "SimpleRNN",
    };

    /// <summary>Options that are lists even where they have one item.</summary>
    private static readonly HashSet<(string, string)> Lists =
    [
        ("LayerNormalization", "axis"), ("RMSNormalization", "axis"), ("Normalization", "axis"), ("MultiHeadAttention", "attention_axes"), ("MultiHeadAttention", "output_shape"),
    ];

    /// <summary>Options of old files that no Keras 3 knows, where they are at what Keras 3 does anyway or cannot be asked to do.</summary>
    private static readonly HashSet<string> Unknown = new(StringComparer.Ordinal) { "fused" };

    /// <summary>Options that Keras's class does not take, though every layer here has them.</summary>
    private static readonly Dictionary<string, string[]> Untaken = new(StringComparer.Ordinal)
    {
        ["Discretization"] = ["trainable"],
        ["Pipeline"] = ["trainable", "dtype"],
    };

    /// <summary>Layers whose type, where none is said, is that of the whole numbers they put out.</summary>
    private static readonly HashSet<string> Whole = new(StringComparer.Ordinal) { "Hashing", "HashedCrossing" };

    /// <summary>A layer.</summary>
    internal static JsonObject OfLayer(Layer layer) => (JsonObject)Dress(Written(typeof(Layer), layer), "keras.layers")!;

    /// <summary>An operation of <c>keras.ops</c>.</summary>
    internal static JsonObject OfOperation(Operation operation)
    {
        var json = (JsonObject)Written(typeof(Operation), operation)!;
        var name = json.Text("class_name")!;
        return new JsonObject
        {
            ["module"] = "keras.src.ops." + (operation.GetType().GetCustomAttribute<KerasModuleAttribute>()?.Name ?? "numpy"),
            ["class_name"] = name,
            ["config"] = json["config"]?.DeepClone(),
            ["registered_name"] = name,
        };
    }

    /// <summary>Anything else: an optimizer, a loss, metrics by output. Words stay words.</summary>
    internal static JsonNode? Of(Type type, object? value, string module) => value is null ? null : Dress(Written(type, value), module);

    /// <summary>A policy of types.</summary>
    internal static JsonObject Policy(string name) => new()
    {
        ["module"] = "keras",
        ["class_name"] = "DTypePolicy",
        ["config"] = new JsonObject { ["name"] = name },
        ["registered_name"] = null,
    };

    private static JsonNode? Written(Type type, object value) => Json.FromNode(Form.Of(type).Write(value, null, Dialect.Keras));

    /// <summary>Adds modules, and what Keras writes beside what is known here.</summary>
    private static JsonNode? Dress(JsonNode? json, string module)
    {
        switch (json)
        {
            case JsonObject thing when thing.Text("class_name") is { } called && thing.ContainsKey("config"):
                var name = PublicNames.GetValueOrDefault(called, called);
                var config = Config(name, thing.Object("config")!, module);
                return new JsonObject { ["module"] = module, ["class_name"] = name, ["config"] = config, ["registered_name"] = null };
            case JsonObject map:
                return new JsonObject([.. map.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, Dress(pair.Value, module)))]);
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Dress(item, module))]);
            default:
                return json?.DeepClone();
        }
    }

    private static JsonObject Config(string className, JsonObject config, string module)
    {
        var dressed = new JsonObject();
        foreach (var (option, value) in config.Where(pair => !Unknown.Contains(pair.Key) && !Untaken.GetValueOrDefault(className, []).Contains(pair.Key)))
        {
            dressed[option] = option switch
            {
                "dtype" when module == "keras.layers" => Policy(value.AsText() ?? (Whole.Contains(className) && config.Text("output_mode") == "int" ? "int64" : "float32")),
                "dtype" when module is "keras.losses" or "keras.metrics" => value?.DeepClone() ?? "float32",
                "name" when value is null && module is "keras.optimizers" or "keras.losses" or "keras.metrics" => SnakeCase.From(className),
                _ when value is JsonValue && Lists.Contains((className, option)) => new JsonArray(value.DeepClone()),
                _ => Dress(value, ModuleOf(option, value) ?? module),
            };
        }

        if (module == "keras.layers")
        {
            LeaveOut(className, dressed);
        }

        foreach (var (option, value) in Constant.GetValueOrDefault(className, []).Where(pair => !dressed.ContainsKey(pair.Name)))
        {
            dressed[option] = JsonNode.Parse(value);
        }

        return dressed;
    }

    /// <summary>Takes out what Keras's layer does not say of itself, and in part would not take back.</summary>
    private static void LeaveOut(string className, JsonObject config)
    {
        if (config["activity_regularizer"] is null && !SaysActivity.Contains(className))
        {
            config.Remove("activity_regularizer");
        }

        if (className == "SimpleRNN" && config["seed"] is null)
        {
            config.Remove("seed");
        }

        if (className is "SpatialDropout1D" or "SpatialDropout2D" or "SpatialDropout3D" or "Discretization" or "HashedCrossing")
        {
            config.Remove("trainable");
            config["dtype"] = config.Object("dtype")?.Object("config")?["name"]?.DeepClone();
        }
    }

    /// <summary>The module of what stands as an option; null where it is that of the whole.</summary>
    private static string? ModuleOf(string option, JsonNode? value) => option switch
    {
        _ when option.EndsWith("_initializer", StringComparison.Ordinal) => "keras.initializers",
        _ when option.EndsWith("_regularizer", StringComparison.Ordinal) => "keras.regularizers",
        _ when option.EndsWith("_constraint", StringComparison.Ordinal) => "keras.constraints",
        _ when option.EndsWith("activation", StringComparison.Ordinal) => "keras.activations",
        "learning_rate" => "keras.optimizers.schedules",
        "inner_optimizer" => "keras.optimizers",
        _ => null,
    };
}
