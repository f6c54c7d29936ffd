using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>Rewrites the configuration of a model of an older Keras into Keras 3's words.</summary>
internal static class Modernizer
{
    /// <summary>The configuration in Keras 3's words.</summary>
    internal static JsonObject Modernize(JsonObject model, ModelOrigin origin)
    {
        var config = (JsonObject)model.DeepClone();
        Walk(config, origin);
        return config;
    }

    private static void Walk(JsonNode? node, ModelOrigin origin)
    {
        switch (node)
        {
            case JsonObject thing:
                foreach (var (_, value) in thing.ToList())
                {
                    Walk(value, origin);
                }

                if (thing.Text("class_name") is { } className && thing.Object("config") is { } config)
                {
                    config.Rename("batch_input_shape", "batch_shape");
                    if (className != "InputLayer")
                    {
                        config.Remove("batch_shape");
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list.ToList())
                {
                    Walk(item, origin);
                }

                break;
        }
    }
}
