using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Operations;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>
/// Says a model's configuration, given in Keras 3's words, in those of Keras 2.15: either all that Keras 2.15 itself writes, or only
/// what Keras 3 too reads from an <c>.h5</c>.
/// </summary>
/// <param name="forBoth">Whether Keras 3 has to understand it too.</param>
internal sealed class Keras2Writer(bool forBoth)
{
    private const string Policy = "DTypePolicy";

    private string? _problem;

    /// <summary>The configuration in Keras 2's words; null where it cannot be said, with why.</summary>
    internal static JsonObject? TryWrite(JsonObject model, bool forBoth, out string? problem)
    {
        var writer = new Keras2Writer(forBoth);
        var written = writer.Thing(model, inModel: false);
        problem = writer._problem;
        return problem is null ? written : null;
    }

    private void CannotSay(string problem) => _problem ??= problem;

    private JsonObject Thing(JsonObject thing, bool inModel)
    {
        var className = thing.Text("class_name")!;
        if (Keras.LayerReader.IsModel(className))
        {
            return Model(thing, className, inModel);
        }

        if (Keras.LayerReader.IsOperation(thing))
        {
            return Operation(thing, className);
        }

        if (Keras2Words.Unknown.Contains(className))
        {
            CannotSay($"Keras 2 has no layer '{className}'.");
        }

        var config = Config(thing, className);
        return inModel ? new JsonObject { ["class_name"] = className, ["config"] = config } : Wrapped(thing, className, config);
    }

    private static JsonObject Wrapped(JsonObject thing, string className, JsonNode? config) =>
        new() { ["module"] = thing["module"]?.DeepClone(), ["class_name"] = className, ["config"] = config, ["registered_name"] = null };

    private JsonObject Model(JsonObject thing, string className, bool inModel)
    {
        var config = thing.Object("config")!;
        var now = new JsonObject { ["name"] = config["name"]?.DeepClone() };
        if (className != "Sequential")
        {
            now["trainable"] = config["trainable"]?.DeepClone();
        }

        var isList = className == "Sequential";
        if (!isList)
        {
            config = (JsonObject)config.DeepClone();
            CountMaking(config);
        }

        var layers = new JsonArray();
        foreach (var layer in config.List("layers")!.OfType<JsonObject>())
        {
            var json = Thing(layer, inModel: true);
            if (!isList)
            {
                json["name"] = layer["name"]?.DeepClone();
                json["inbound_nodes"] = new JsonArray([.. layer.List("inbound_nodes")!.Select(call => Call((JsonObject)call!, layer))]);
            }

            layers.Add(json);
        }

        now["layers"] = layers;
        if (!isList)
        {
            now["input_layers"] = Ends(config["input_layers"]);
            now["output_layers"] = Ends(config["output_layers"]);
        }

        return new JsonObject { ["class_name"] = className, ["config"] = now };
    }

    /// <summary>
    /// Keras 2 counts the making of a model in the model as its first call; Keras 3 does so only where the outputs are listed, and not
    /// for a list of layers. Where both have to find the same call, it stands there twice: the number <c>2i+1</c> is then call
    /// <c>i</c> to whoever counts the making, and to whoever does not. A call whose outputs nobody takes is no part of a model.
    /// </summary>
    private void CountMaking(JsonObject config)
    {
        var models = config.List("layers")!.OfType<JsonObject>().Where(layer => Keras.LayerReader.IsModel(layer.Text("class_name")!)).ToList();
        if (models.Count == 0)
        {
            return;
        }

        var all = models.Select(layer => layer.Text("name")!).ToHashSet(StringComparer.Ordinal);
        var lists = models.Where(layer => layer.Text("class_name") == "Sequential").Select(layer => layer.Text("name")!).ToHashSet(StringComparer.Ordinal);
        foreach (var layer in config.List("layers")!)
        {
            Count(layer!["inbound_nodes"], all, call => forBoth ? (2 * call) + 1 : call + 1);
        }

        Count(config["output_layers"], lists, call => call + 1);
        if (!forBoth)
        {
            return;
        }

        Count(config["output_layers"], all, call => (2 * call) - 1);
        foreach (var model in models)
        {
            model["inbound_nodes"] = new JsonArray([.. model.List("inbound_nodes")!.SelectMany(call => new[] { call!.DeepClone(), call.DeepClone() })]);
        }

        static void Count(JsonNode? json, HashSet<string> names, Func<int, int> number)
        {
            if (json is JsonArray { Count: 3 } key && key[0].AsText() is { } name && key[1].Whole() is { } call && key[2].Whole() is not null)
            {
                key[1] = names.Contains(name) ? number((int)call) : call;
                return;
            }

            foreach (var part in json is JsonArray list ? [.. list] : json is JsonObject map ? map.Select(pair => pair.Value).ToList() : [])
            {
                Count(part, names, number);
            }
        }
    }

    private static JsonNode? Ends(JsonNode? ends) => Keras.TensorKey.Read(ends) is null ? ends?.DeepClone() : new JsonArray(ends!.DeepClone());

    private JsonObject Operation(JsonObject thing, string className)
    {
        if (forBoth || TensorFlowOperations.FunctionOf(className) is not { } function)
        {
            CannotSay(forBoth ? $"The operation '{className}' has no name that both know." : $"Keras 2 has no operation '{className}'.");
            return [];
        }

        var name = thing.Object("config")!.Text("name") ?? thing.Text("name");
        return new JsonObject
        {
            ["class_name"] = function.Name == "__operators__.getitem" ? "SlicingOpLambda" : "TFOpLambda",
            ["config"] = new JsonObject { ["name"] = name, ["trainable"] = true, ["dtype"] = "float32", ["function"] = function.Name },
        };
    }

    private JsonNode Call(JsonObject call, JsonObject layer)
    {
        if (forBoth && (call.List("args")!.Count > 1 || call.Object("kwargs")!.Any(argument => HoldsTensor(argument.Value))))
        {
            CannotSay($"Keras 3 finds a second tensor that {layer.Text("class_name")} is given, such as a mask or a state, only in words of its own.");
        }

        var isOperation = Keras.LayerReader.IsOperation(layer);
        var function = isOperation ? TensorFlowOperations.FunctionOf(layer.Text("class_name")!) : null;
        var keywords = new JsonObject();
        var positional = call.List("args")!;
        string[] names = isOperation ? OperationOf(layer).Parameters : layer.Text("class_name") == "MultiHeadAttention" ? ["query", "value", "key"] : [];
        for (var i = 1; i < positional.Count; i++)
        {
            var name = i < names.Length ? names[i] : "mask";
            keywords[function?.Arguments.GetValueOrDefault(name) ?? name] = Tensors(positional[i]);
        }

        foreach (var (name, value) in call.Object("kwargs")!)
        {
            keywords[function?.Arguments.GetValueOrDefault(name) ?? name] = Tensors(value);
        }

        if (function is { } known)
        {
            foreach (var (now, old) in known.Options)
            {
                if (layer.Object("config")!.TryGetPropertyValue(now, out var value))
                {
                    keywords[old] = value?.DeepClone();
                }
            }

            keywords["name"] = null;
        }

        var first = First(positional.Count > 0 ? positional[0] : null, keywords);
        return isOperation || first is JsonArray { Count: > 0 } list && list[0] is JsonArray ? first : new JsonArray(first);
    }

    private static bool HoldsTensor(JsonNode? json) => json switch
    {
        JsonArray list => list.Any(HoldsTensor),
        JsonObject tensor => tensor.Object("config")?["keras_history"] is not null,
        _ => false,
    };

    private static Operation OperationOf(JsonObject layer) => Keras.LayerReader.ReadOperation(layer, SourceSpan.Nowhere);

    /// <summary>The first argument: each of its tensors is a list of four, the last the named arguments of the call.</summary>
    private static JsonNode First(JsonNode? json, JsonObject keywords) => json switch
    {
        JsonArray list => new JsonArray([.. list.Select(item => First(item, keywords))]),
        JsonObject tensor when Keras.TensorKey.Read(tensor.Object("config")?["keras_history"]) is { } key => new JsonArray(key.Layer, key.Call, key.Index, keywords.DeepClone()),
        _ => new JsonArray("_CONSTANT_VALUE", -1, Tensors(json), keywords.DeepClone()),
    };

    /// <summary>A named argument: a tensor is a list of three.</summary>
    private static JsonNode? Tensors(JsonNode? json) => json switch
    {
        JsonArray list => new JsonArray([.. list.Select(Tensors)]),
        JsonObject slice when slice.Text("class_name") == "__slice__" => slice["config"]?.DeepClone(),
        JsonObject array when array.Text("class_name") is "__numpy__" or "__tensor__" => array.Object("config")?["value"]?.DeepClone(),
        JsonObject tensor when tensor.Object("config")?["keras_history"] is { } history => history.DeepClone(),
        _ => json?.DeepClone(),
    };

    private JsonObject Config(JsonObject thing, string className)
    {
        var config = thing.Object("config") ?? [];
        var now = new JsonObject();
        foreach (var (option, value) in config)
        {
            if (Array.Find(Keras2Words.Newer.GetValueOrDefault(className, []), newer => newer.Option == option) is { Option: not null } known)
            {
                // A Bidirectional says zero_output_for_mask of its layers itself.
                if (Json.Write(JsonNode.Parse(known.Value) ?? "null") != Json.Write(value?.DeepClone() ?? "null") && option != "zero_output_for_mask")
                {
                    CannotSay($"Keras 2's {className} has no option '{option}'.");
                }

                continue;
            }

            now[option] = value switch
            {
                JsonValue when option.EndsWith("activation", StringComparison.Ordinal) && value.AsText() is { } activation => Activation(activation),
                JsonObject policy when policy.Text("class_name") == Policy => policy.Object("config")?["name"]?.DeepClone(),
                JsonObject inner when inner.ContainsKey("class_name") => Inner(inner, option),
                JsonArray list => new JsonArray([.. list.Select(item => item is JsonObject inner && inner.ContainsKey("class_name") ? Inner(inner, option) : item?.DeepClone())]),
                _ => value?.DeepClone(),
            };
        }

        Words(className, now, thing);
        foreach (var (option, value) in forBoth ? [] : Keras2Words.Older.GetValueOrDefault(className, []).Where(older => !now.ContainsKey(older.Option)))
        {
            now[option] = JsonNode.Parse(value);
        }

        return now;
    }

    private string Activation(string now)
    {
        var old = now == "silu" ? "swish" : now;
        if (!Keras2Words.Activations.Contains(old))
        {
            CannotSay($"Keras 2 has no activation '{now}'.");
        }

        return old;
    }

    private JsonNode Inner(JsonObject inner, string option)
    {
        if (inner.Text("class_name") == "hard_sigmoid" && inner.Object("config")?["slope"]?.GetValue<double>() == 0.2)
        {
            if (forBoth)
            {
                CannotSay("Keras 2's hard_sigmoid is another function than Keras 3's.");
            }

            return "hard_sigmoid"; // in Keras 2's sense
        }

        return option.EndsWith("activation", StringComparison.Ordinal) ? inner.DeepClone() : Thing(inner, inModel: false);
    }

    /// <summary>What Keras 2 calls otherwise.</summary>
    private void Words(string className, JsonObject config, JsonObject thing)
    {
        switch (className)
        {
            case "InputLayer":
                var dtype = config["dtype"]?.DeepClone();
                var shape = config["batch_shape"]?.DeepClone();
                var name = config["name"]?.DeepClone();
                config.Clear();
                config["batch_input_shape"] = shape;
                config["dtype"] = dtype;
                config["sparse"] = false;
                config["ragged"] = false;
                config["name"] = name;
                break;
            case "BatchNormalization" when forBoth:
                break; // Keras 3 understands a list of one axis only where it does not stand in another layer
            case "BatchNormalization" or "LayerNormalization":
                var rank = thing.Object("build_config")?.List("input_shape")?.Count ?? 0;
                var axes = config["axis"] is JsonArray several ? several.Select(axis => axis.Whole() ?? -1) : [config["axis"].Whole() ?? -1];
                config["axis"] = new JsonArray([.. axes.Select(axis => (JsonNode)(axis < 0 && rank > 0 ? axis + rank : axis))]);
                break;
            case "LeakyReLU":
                config.Rename("negative_slope", "alpha");
                break;
            case "ThresholdedReLU" when forBoth:
                CannotSay("Keras 3 has no ThresholdedReLU, but a ReLU that is the same.");
                break;
            case "Bidirectional":
                Bidirectional(config);
                break;
            case "TimeDistributed" when forBoth && config.Object("layer") is { } model && Keras.LayerReader.IsModel(model.Text("class_name")!):
                model["module"] = "keras";
                model["class_name"] = model.Text("class_name") == "Sequential" ? "Sequential" : "Model";
                model["registered_name"] = null; // Keras 3 knows it by these, Keras 2 by its class alone
                break;
            case "Attention" when forBoth && config.Text("score_mode") == "dot":
                config.Remove("score_mode"); // Keras 3 would take the name of the default for that of a function
                break;
            case "SeparableConv1D" or "SeparableConv2D" when !forBoth:
                config["groups"] = 1;
                config["kernel_initializer"] = config["depthwise_initializer"]?.DeepClone();
                config["kernel_regularizer"] = null;
                config["kernel_constraint"] = null;
                break;
            case "MultiHeadAttention" when forBoth:
                CannotSay("Keras 2 needs shapes in the options of MultiHeadAttention that Keras 3 refuses.");
                break;
            case "MultiHeadAttention":
                var shapes = thing.Object("build_config")?.Object("shapes_dict");
                config["query_shape"] = shapes?["query_shape"]?.DeepClone();
                config["key_shape"] = (shapes?["key_shape"] ?? shapes?["value_shape"])?.DeepClone();
                config["value_shape"] = shapes?["value_shape"]?.DeepClone();
                if (config["value_dim"] is null)
                {
                    config["value_dim"] = config["key_dim"]?.DeepClone();
                }

                break;
        }

        if (config.Text("recurrent_activation") == "hard_sigmoid" || config.Text("activation") == "hard_sigmoid")
        {
            if (thing.Object("config")?.Text("activation") == "hard_sigmoid" || thing.Object("config")?.Text("recurrent_activation") == "hard_sigmoid")
            {
                CannotSay("Keras 2's hard_sigmoid is another function than Keras 3's.");
            }
        }
    }

    /// <summary>Keras 2 names the two layers itself, and writes the second only where it is another.</summary>
    private static void Bidirectional(JsonObject config)
    {
        if (config["backward_layer"] is null)
        {
            config.Remove("backward_layer");
        }

        if (config.Object("layer")?.Object("config") is { } layer && layer.Text("name")?.StartsWith("forward_", StringComparison.Ordinal) is true)
        {
            layer["name"] = layer.Text("name")!["forward_".Length..];
        }
    }
}
