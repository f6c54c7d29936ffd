using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Says what Keras 3 has no more by what it has.</summary>
internal static class OnlyOld
{
    /// <summary>Changes a model's configuration, wherever such a thing stands in it.</summary>
    internal static void Rewrite(JsonNode? json)
    {
        switch (json)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Rewrite(item);
                }

                break;
            case JsonObject thing when thing.Text("class_name") == "hard_sigmoid" && thing.Object("config") is { } config && config["slope"] is JsonValue slope:
                HardSigmoid(thing, slope.DeepClone());
                break;
            case JsonObject thing:
                if (thing.Text("class_name") == "ThresholdedReLU")
                {
                    ThresholdedReLU(thing);
                }

                foreach (var (_, value) in thing)
                {
                    Rewrite(value);
                }

                break;
        }
    }

    /// <summary>Keras 3 takes a list of layers for a function, and so can say the slope that Keras 1 and 2 had.</summary>
    private static void HardSigmoid(JsonObject activation, JsonNode slope)
    {
        activation["module"] = "keras";
        activation["class_name"] = "Sequential";
        activation["config"] = new JsonObject
        {
            ["name"] = "hard_sigmoid",
            ["trainable"] = true,
            ["layers"] = new JsonArray(
                Layer("Rescaling", ("name", "line"), ("scale", slope), ("offset", 0.5)),
                Layer("ReLU", ("name", "ends"), ("max_value", 1.0), ("negative_slope", 0.0), ("threshold", 0.0))),
        };
    }

    /// <summary>Keras 3's ReLU lets its threshold pass, which the old layer did not: the next number is the threshold.</summary>
    private static void ThresholdedReLU(JsonObject layer)
    {
        var config = layer.Object("config")!;
        var theta = config["theta"]!.GetValue<double>();
        config.Remove("theta");
        config["max_value"] = null;
        config["negative_slope"] = 0.0;
        config["threshold"] = (double)MathF.BitIncrement((float)theta);
        layer["class_name"] = "ReLU";
        layer.Remove("build_config");
    }

    private static JsonObject Layer(string className, params (string Option, JsonNode Value)[] options) => new()
    {
        ["module"] = "keras.layers",
        ["class_name"] = className,
        ["config"] = new JsonObject([.. options.Select(option => new KeyValuePair<string, JsonNode?>(option.Option, option.Value))]),
        ["registered_name"] = null,
    };
}
