using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>Says what a model is compiled for, given in Keras 3's words, in those of Keras 2.15: <c>training_config</c>.</summary>
internal static class Keras2Training
{
    /// <summary>The optimizers that Keras 2 has.</summary>
    private static readonly HashSet<string> Optimizers = new(StringComparer.Ordinal)
    {
        "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lion", "Nadam", "RMSprop", "SGD",
    };

    /// <summary>Losses and metrics that Keras 2 has not.</summary>
    private static readonly HashSet<string> Newer = new(StringComparer.Ordinal)
    {
        "Tversky", "Dice", "Circle", "CategoricalGeneralizedCrossEntropy", "ConcordanceCorrelation", "PearsonCorrelation",
    };

    /// <summary>The words of <c>training_config</c>; null where Keras 2 has none for it.</summary>
    internal static JsonObject? TryWrite(JsonObject compile)
    {
        if (compile["optimizer"] is not JsonObject optimizer || Optimizer(optimizer) is not { } written)
        {
            return null;
        }

        var training = new JsonObject();
        foreach (var part in new[] { "loss", "metrics", "weighted_metrics", "loss_weights" })
        {
            training[part] = Plain(compile[part]);
            if (Mentions(training[part]))
            {
                return null;
            }
        }

        training["optimizer_config"] = written;
        return training;
    }

    /// <summary>The optimizer. Its name is that of its class, because Keras 3 finds it by that when it reads an old file.</summary>
    private static JsonObject? Optimizer(JsonObject optimizer)
    {
        var className = optimizer.Text("class_name")!;
        var config = (JsonObject)optimizer.Object("config")!.DeepClone();
        foreach (var newer in new[] { "loss_scale_factor", "gradient_accumulation_steps" })
        {
            if (config[newer] is not null)
            {
                return null;
            }

            config.Remove(newer);
        }

        if (!Optimizers.Contains(className))
        {
            return null;
        }

        if (config.Object("learning_rate")?.Object("config") is { } schedule)
        {
            schedule["name"] = null;
        }

        config["name"] = className;
        config["jit_compile"] = false;
        config["is_legacy_optimizer"] = false;
        return new JsonObject { ["class_name"] = $"Custom>{className}", ["config"] = config };
    }

    /// <summary>Things without the modules of Keras 3.</summary>
    private static JsonNode? Plain(JsonNode? json) => json switch
    {
        JsonObject thing when thing.ContainsKey("class_name") => new JsonObject { ["class_name"] = thing["class_name"]?.DeepClone(), ["config"] = Plain(thing["config"]) },
        JsonObject map => new JsonObject([.. map.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, Plain(pair.Value)))]),
        JsonArray list => new JsonArray([.. list.Select(Plain)]),
        _ => json?.DeepClone(),
    };

    /// <summary>Whether there is something newer than Keras 2 in it.</summary>
    private static bool Mentions(JsonNode? json) => json switch
    {
        JsonObject map => (map.Text("class_name") is { } name && Newer.Contains(name)) || map.Any(pair => Mentions(pair.Value)),
        JsonArray list => list.Any(Mentions),
        _ => false,
    };
}
