using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Saving.Legacy;

/// <summary>How whole models of Keras 1 are said today.</summary>
internal static class Keras1Models
{
    /// <summary>
    /// Keras 1: a list of layers might begin with a <c>Merge</c> of other lists. Such a model is a graph now: every list has its
    /// own input, and its layers stand in the model itself, as their weights do in the file.
    /// </summary>
    internal static void MergedLists(JsonObject model)
    {
        if (model.Text("class_name") != "Sequential" || Layers(model) is not [JsonObject first, ..] layers || first.Text("class_name") != "Merge"
            || first.Object("config")?.List("layers") is not { } branches)
        {
            return;
        }

        var graph = new JsonArray();
        var inputs = new JsonArray();
        var ends = new JsonArray();
        foreach (var branch in branches.OfType<JsonObject>())
        {
            MergedLists(branch);
            var list = Layers(branch) ?? [branch];
            var end = AddInput(list, graph, inputs);
            foreach (var layer in list.OfType<JsonObject>())
            {
                end = Add(layer, new JsonArray(Tensor(end)), graph);
            }

            ends.Add(Tensor(end));
        }

        var last = Add(first, ends, graph);
        foreach (var layer in layers.OfType<JsonObject>().Skip(1))
        {
            last = Add(layer, new JsonArray(Tensor(last)), graph);
        }

        model["class_name"] = "Model";
        model["config"] = new JsonObject
        {
            ["name"] = model.Object("config")?.Text("name") ?? "model",
            ["layers"] = graph,
            ["input_layers"] = inputs,
            ["output_layers"] = new JsonArray(Tensor(last)),
        };
    }

    private static JsonArray? Layers(JsonObject model) => model["config"] as JsonArray ?? model.Object("config")?.List("layers");

    private static string AddInput(JsonArray list, JsonArray graph, JsonArray inputs)
    {
        var first = list.FirstOrDefault() as JsonObject ?? throw new FileProblem("A list of layers that is merged has no layers.");
        var shape = first.Object("config")?["batch_input_shape"] ?? throw new FileProblem("A list of layers that is merged does not say the shape of its input.");
        var name = NameOf(first, graph) + "_input";
        graph.Add(new JsonObject
        {
            ["class_name"] = "InputLayer",
            ["name"] = name,
            ["config"] = new JsonObject { ["name"] = name, ["batch_input_shape"] = shape.DeepClone(), ["input_dtype"] = first.Object("config")?["input_dtype"]?.DeepClone() },
            ["inbound_nodes"] = new JsonArray(),
        });
        inputs.Add(Tensor(name));
        return name;
    }

    private static string Add(JsonObject layer, JsonArray tensors, JsonArray graph)
    {
        var name = NameOf(layer, graph);
        var copy = (JsonObject)layer.DeepClone();
        copy["name"] = name;
        copy["inbound_nodes"] = new JsonArray(tensors);
        graph.Add(copy);
        return name;
    }

    private static string NameOf(JsonObject layer, JsonArray graph) => layer.Object("config")?.Text("name") ?? $"layer_{graph.Count}";

    private static JsonArray Tensor(string layer) => new(layer, 0, 0);
}
