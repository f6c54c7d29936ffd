using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Operations;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Turns the configuration of one layer, in Keras 3's words, into a definition.</summary>
internal static class LayerReader
{
    /// <summary>Whether a class name is a model's.</summary>
    internal static bool IsModel(string className) => className is "Functional" or "Model" or "Sequential";

    /// <summary>Whether a saved layer is an operation of <c>keras.ops</c>.</summary>
    /// <remarks>In an <c>.h5</c> no module tells them apart; but a layer says whether it may be trained, and an operation does not.</remarks>
    internal static bool IsOperation(JsonObject layer) => layer.Text("module") is { } module
        ? module.StartsWith("keras.src.ops.", StringComparison.Ordinal)
        : layer.Object("config")?.ContainsKey("trainable") is false && layer.List("inbound_nodes") is [JsonObject, ..]
            && layer.Text("class_name") is { } className && Catalog.Find(typeof(Operation), className) is not null;

    /// <summary>The layer.</summary>
    /// <exception cref="FileProblem">It is none that this program has; the message says where.</exception>
    internal static Layer Read(JsonObject layer, SourceSpan at)
    {
        var className = layer.Text("class_name") ?? throw new FileProblem("A layer in the model's configuration has no class.");
        var name = layer.Object("config")?.Text("name") ?? layer.Text("name");
        var what = name is null ? className : $"the layer '{name}' ({className})";
        if (IsModel(className) && layer["config"] is JsonArray or JsonObject { } && !IsCustom(layer))
        {
            var (modelName, graph, trainable) = ArchitectureReader.Read(layer, at);
            return new Functional { Graph = graph, Name = modelName, Trainable = trainable };
        }

        if (IsCustom(layer))
        {
            throw new FileProblem($"{Capital(what)} is of a class that its author wrote in Python, and code is not read from files.");
        }

        layer = PlainActivations.In(layer);
        if (className == "TimeDistributed" && layer.Object("config")?.Object("layer") is { } inner)
        {
            var outer = (JsonObject)layer.DeepClone();
            outer.Object("config")!["layer"] = new JsonObject { ["class_name"] = "Identity", ["config"] = new JsonObject() };
            return (TimeDistributed)Read<Layer>(outer, what, at) with { Layer = Read(inner, at) }; // which may be a whole model
        }

        return Read<Layer>(layer, what, at);
    }

    /// <summary>The operation that was saved as a layer.</summary>
    /// <exception cref="FileProblem">It is none that this program has.</exception>
    internal static Operation ReadOperation(JsonObject layer, SourceSpan at) =>
        Read<Operation>(layer, $"the operation '{layer.Object("config")?.Text("name") ?? layer.Text("name")}'", at);

    /// <summary>Whether a class is its author's own, though it may have the name of one of Keras's.</summary>
    internal static bool IsCustom(JsonObject thing)
    {
        var package = thing.Text("registered_name") is { } registered && registered.IndexOf('>', StringComparison.Ordinal) is > 0 and var end ? registered[..end] : null;
        var module = thing.Text("module");
        var ours = module is null || module.StartsWith("keras", StringComparison.Ordinal) || module.StartsWith("tf_keras", StringComparison.Ordinal)
            || module.StartsWith("tensorflow.", StringComparison.Ordinal) || module == "builtins";
        return !ours || (package is not null && !package.StartsWith("keras", StringComparison.Ordinal) && !(package == "Custom" && module is not null && module.StartsWith("keras", StringComparison.Ordinal)));
    }

    /// <summary>Reads something of the catalog; the first mistake is told in one sentence.</summary>
    internal static T Read<T>(JsonObject thing, string what, SourceSpan at)
    {
        try
        {
            return Reading.Read<T>(Json.ToNode(WithoutEmptyOptions<T>(thing), at), Dialect.Keras);
        }
        catch (ConfigException mistakes)
        {
            var first = mistakes.Errors[0];
            throw new FileProblem($"{Capital(what)} cannot be read: {first.Problem}{(first.Expected.Length > 0 ? $" Expected {first.Expected}." : "")}");
        }
    }

    /// <summary>Options that this program does not know are dropped where they say nothing: a newer Keras may have them.</summary>
    private static JsonObject WithoutEmptyOptions<T>(JsonObject thing)
    {
        if (thing.Text("class_name") is not { } className || Catalog.Find(typeof(T), className) is not { } type || thing.Object("config") is not { } config)
        {
            return thing;
        }

        var form = OptionsForm.Of(type);
        var unknown = config.Where(pair => !form.Knows(pair.Key) && (pair.Value is null || pair.Value.ToJsonString() is "false" or "{}" or "[]")).Select(pair => pair.Key).ToList();
        if (unknown.Count == 0)
        {
            return thing;
        }

        var clean = (JsonObject)thing.DeepClone();
        foreach (var name in unknown)
        {
            clean.Object("config")!.Remove(name);
        }

        return clean;
    }

    private static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];
}
