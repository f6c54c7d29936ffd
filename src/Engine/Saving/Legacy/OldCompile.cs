using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>Rewrites what a model was compiled for, as Keras 1 and 2 say it, into Keras 3's words.</summary>
internal static class OldCompile
{
    /// <summary>The words of <c>compile_config</c>.</summary>
    internal static JsonObject Modernize(JsonObject training)
    {
        var now = (JsonObject)training.DeepClone();
        now.Rename("optimizer_config", "optimizer");
        if (now.Object("optimizer") is { } optimizer)
        {
            Packages(optimizer);
            LossScale(optimizer);
            if (optimizer.Object("config") is { } config)
            {
                Decay(config);
            }
        }

        Reductions(now["loss"]);
        ByNameOfOutput(now);
        return now;
    }

    /// <summary>Keras 2.11 to 2.15: Keras's own optimizers were saved like anybody's, as <c>Custom&gt;Adam</c>.</summary>
    private static void Packages(JsonObject thing)
    {
        if (thing.Text("class_name") is { } name && name.IndexOf('>', StringComparison.Ordinal) is > 0 and var end && name[..end] is "Custom" or "Keras" or "Addons")
        {
            thing["class_name"] = name[(end + 1)..];
        }
    }

    /// <summary>Keras 1 and 2: a <c>decay</c> of 0 says nothing.</summary>
    private static void Decay(JsonObject config)
    {
        if (config["decay"]?.ToJsonString() is "0" or "0.0")
        {
            config.Remove("decay");
        }
    }

    /// <summary>
    /// Keras 2: an optimizer for mixed precision might have a fixed scale, which is now an option of the optimizer inside
    /// (<c>dynamic: false</c>); Keras 2.1 to 2.3 said the scale by an object of its own.
    /// </summary>
    private static void LossScale(JsonObject optimizer)
    {
        if (optimizer.Text("class_name") is not ("LossScaleOptimizer" or "LossScaleOptimizerV1" or "LossScaleOptimizerV3") || optimizer.Object("config") is not { } config)
        {
            return;
        }

        optimizer["class_name"] = "LossScaleOptimizer";
        config.Rename("optimizer", "inner_optimizer");
        if (config.Object("loss_scale") is { } scale)
        {
            config.Remove("loss_scale");
            config["dynamic"] = scale.Text("class_name") == "DynamicLossScale";
            config["initial_scale"] = (scale.Object("config")?["initial_loss_scale"] ?? scale.Object("config")?["loss_scale_value"])?.DeepClone();
            if (scale.Object("config")?["increment_period"] is { } period)
            {
                config["dynamic_growth_steps"] = period.DeepClone();
            }
        }

        if (config.Object("inner_optimizer") is not { } inner)
        {
            return;
        }

        Packages(inner);
        if (inner.Object("config") is { } own)
        {
            Decay(own);
            if (config.Flag("dynamic") is false)
            {
                own["loss_scale_factor"] = config["initial_scale"]?.DeepClone();
                optimizer["class_name"] = inner["class_name"]?.DeepClone();
                optimizer["config"] = own.DeepClone();
            }
        }

        config.Remove("dynamic");
    }

    /// <summary>Keras 2: the reduction <c>auto</c> was the mean over the batch.</summary>
    private static void Reductions(JsonNode? json)
    {
        switch (json)
        {
            case JsonObject thing when thing.Object("config") is { } config:
                if (config.Text("reduction") == "auto")
                {
                    config["reduction"] = "sum_over_batch_size";
                }

                config.Remove("fn");
                break;
            case JsonObject map:
                foreach (var (_, loss) in map)
                {
                    Reductions(loss);
                }

                break;
            case JsonArray list:
                foreach (var loss in list)
                {
                    Reductions(loss);
                }

                break;
        }
    }

    /// <summary>Keras 1 and 2: no weights of losses might be an empty mapping or list.</summary>
    private static void ByNameOfOutput(JsonObject training)
    {
        foreach (var name in new[] { "loss_weights", "metrics", "weighted_metrics" })
        {
            if (training[name] is JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                training.Remove(name);
            }
        }
    }
}
