using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Layers that stand in the place of activations.</summary>
internal static class PlainActivations
{
    /// <summary>Layers in the place of activations become the activations that they are.</summary>
    internal static JsonObject In(JsonObject layer)
    {
        var plain = layer;
        foreach (var (option, value) in layer.Object("config") ?? [])
        {
            var inside = value is not JsonObject thing ? null
                : option.EndsWith("activation", StringComparison.Ordinal) ? ActivationOf(thing)
                : option is "layer" or "backward_layer" or "cell" && In(thing) is var inner && !ReferenceEquals(inner, thing) ? inner
                : null;
            if (inside is not null)
            {
                plain = ReferenceEquals(plain, layer) ? (JsonObject)layer.DeepClone() : plain;
                plain.Object("config")![option] = inside.DeepClone();
            }
        }

        return plain;
    }

    private static JsonNode? ActivationOf(JsonObject layer)
    {
        var config = layer.Object("config");
        switch (layer.Text("class_name"))
        {
            case "Sequential" when config?.List("layers") is [.. , JsonObject line, JsonObject ends] && line.Text("class_name") == "Rescaling" && ends.Text("class_name") == "ReLU":
                return Named("hard_sigmoid", ("slope", line.Object("config")?["scale"]));
            case "Activation":
                return config?["activation"]?.DeepClone();
            case "LeakyReLU":
                return Named("leaky_relu", ("negative_slope", config?["negative_slope"] ?? config?["alpha"]));
            case "ELU":
                return Named("elu", ("alpha", config?["alpha"]));
            case "Softmax":
                return Named("softmax", ("axis", config?["axis"]));
            case "ReLU":
                return Named("relu", ("negative_slope", config?["negative_slope"]), ("max_value", config?["max_value"]), ("threshold", config?["threshold"]));
            default:
                return null;
        }

        static JsonObject Named(string name, params (string Option, JsonNode? Value)[] options) => new()
        {
            ["class_name"] = name,
            ["config"] = new JsonObject([.. options.Where(option => option.Value is not null).Select(option => new KeyValuePair<string, JsonNode?>(option.Option, option.Value?.DeepClone()))]),
        };
    }
}
