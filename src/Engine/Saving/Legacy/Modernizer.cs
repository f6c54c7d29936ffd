using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>Rewrites the configuration of a model of an older Keras into Keras 3's words, before anything else looks at it.</summary>
internal static class Modernizer
{
    /// <summary>Under these names, options of layers hold layers.</summary>
    private static readonly HashSet<string> Inner = new(StringComparer.Ordinal) { "layer", "cell", "forward_layer", "backward_layer" };

    /// <summary>The configuration in Keras 3's words.</summary>
    internal static JsonObject Modernize(JsonObject model, ModelOrigin origin)
    {
        var now = (JsonObject)model.DeepClone();
        if (origin.Generation < 3)
        {
            Rewrite(now, origin);
        }

        return now;
    }

    private static void Rewrite(JsonObject json, ModelOrigin origin)
    {
        if (origin.Generation == 1)
        {
            Keras1Models.MergedLists(json);
        }

        if ((json["config"] as JsonArray ?? json.Object("config")?.List("layers") ?? json.Object("config")?.List("cells")) is { } layers)
        {
            foreach (var layer in layers.OfType<JsonObject>())
            {
                Rewrite(layer, origin);
            }
        }

        if (json.Object("config") is not { } config)
        {
            return;
        }

        foreach (var (option, value) in config.ToList())
        {
            if (Inner.Contains(option) && value is JsonObject inner)
            {
                Rewrite(inner, origin);
            }
        }

        var old = new OldLayer(json, config, origin);
        foreach (var change in origin.Generation == 1 ? Keras1Layers.Changes.Concat(Keras2Layers.Changes) : Keras2Layers.Changes)
        {
            change(old);
        }

        TensorFlowOperations.Modernize(old);
        TensorFlowNodes.Modernize(old);
    }
}
