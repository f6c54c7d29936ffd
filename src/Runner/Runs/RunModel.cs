using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Runs;

/// <summary>The model of a run, as it was joined: what <c>model.json</c> holds, so that a reader need not build it again.</summary>
/// <param name="Layers">The calls of layers in order, each after those it depends on; those of a model in the model have its name and <c>/</c> before theirs.</param>
/// <param name="Outputs">The names of what comes out.</param>
internal sealed record RunModel(IReadOnlyList<RunLayer> Layers, IReadOnlyList<string> Outputs)
{
    private const long LargestFile = 64L << 20;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All parameters; null where they were not counted.</summary>
    internal long? Parameters => Layers.Any(layer => layer.Parameters is null) ? null : Layers.Sum(layer => layer.Parameters);

    /// <summary>The model that a graph is.</summary>
    internal static RunModel Of(string name, Graph graph)
    {
        using var declared = Model.Declare(name, graph);
        var layers = new List<RunLayer>();
        Add(layers, graph, declared.Module, "", []);
        return new RunModel(layers, [.. graph.Outputs.Select(port => port.Name)]);
    }

    /// <summary>Reads the model of a run: as it was kept, or else the bare list of layers that the experiment says; null where neither can be read.</summary>
    internal static RunModel? Read(RunFolder folder)
    {
        try
        {
            var file = new FileInfo(folder.ModelFile);
            if (file.Exists && file.Length <= LargestFile && JsonNode.Parse(File.ReadAllBytes(file.FullName)) is JsonObject json && json["layers"] is JsonArray layers)
            {
                return new RunModel(
                    [.. layers.OfType<JsonObject>().Select(RunLayer.From)],
                    [.. (json["outputs"] as JsonArray ?? []).Select(output => (string?)output ?? "")]);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            // what the experiment says is known still
        }

        return FromSettings(FlatSettings.Read(folder.ResolvedFile));
    }

    /// <summary>The layers that an experiment lists; null where it lists none.</summary>
    internal static RunModel? FromSettings(FlatSettings settings)
    {
        const string Start = "model.layers[";
        var layers = new List<RunLayer>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var layer in settings.All.Where(setting => setting.IsThing && setting.Path.StartsWith(Start, StringComparison.Ordinal) && setting.Path.IndexOf(']', StringComparison.Ordinal) == setting.Path.Length - 1))
        {
            var options = settings.All.Where(setting => setting.Path.StartsWith(layer.Path + ".", StringComparison.Ordinal))
                .ToDictionary(setting => setting.Path[(layer.Path.Length + 1)..], setting => setting.Value, StringComparer.Ordinal);
            var own = options.GetValueOrDefault("name");
            var automatic = LayerNames.FromClass(layer.Value);
            var number = own is null or "null" ? numbers[automatic] = numbers.GetValueOrDefault(automatic, -1) + 1 : 0;
            var name = own is null or "null" ? number == 0 ? automatic : $"{automatic}_{number}" : own;
            layers.Add(new RunLayer(name, layer.Value, layers.Count == 0 ? [] : [layers[^1].Name], "", null, null, false, options));
        }

        return layers.Count == 0 ? null : new RunModel(layers, [layers[^1].Name]);
    }

    /// <summary>Writes it as JSON.</summary>
    internal string ToJson() => new JsonObject
    {
        ["format"] = 1,
        ["parameters"] = Parameters,
        ["outputs"] = new JsonArray([.. Outputs.Select(output => JsonValue.Create(output))]),
        ["layers"] = new JsonArray([.. Layers.Select(layer => layer.ToJson())]),
    }.ToJsonString(Readable) + "\n";

    private static void Add(List<RunLayer> layers, Graph graph, LayerModule module, string prefix, IReadOnlyList<string> entering)
    {
        var children = module.Children.ToDictionary(child => child.Key, child => child.Value, StringComparer.Ordinal);
        var seen = new HashSet<GraphLayer>();
        var ports = graph.Inputs.Select(port => port.Tensor.Node).ToList();
        foreach (var node in graph.Nodes)
        {
            var inputs = ports.IndexOf(node) is >= 0 and var port && port < entering.Count ? [entering[port]] : node.Inputs.Select(input => prefix + input.Name).ToList();
            var isFirst = seen.Add(node.Layer);
            var made = children.GetValueOrDefault(node.Layer.Name);
            var weights = made is null || !isFirst ? [] : made.AllWeights.ToList();
            var inner = (node.Layer.Definition as Functional)?.Graph;
            var isCounted = inner is null || !isFirst; // a model in the model is the sum of its layers, which follow
            layers.Add(new RunLayer(
                prefix + node.Name,
                inner is null ? Catalog.NameOf(node.Layer.Definition.GetType()) : nameof(Functional),
                inputs,
                string.Join(", ", node.Outputs),
                isCounted ? weights.Sum(weight => weight.Count) : 0,
                isCounted ? weights.Where(weight => weight.Trainable).Sum(weight => weight.Count) : 0,
                !isFirst,
                inner is null ? OptionsOf(node.Layer.Definition) : new Dictionary<string, string>()));
            if (inner is not null && isFirst && made is not null)
            {
                Add(layers, inner, made, $"{prefix}{node.Name}/", [.. node.Inputs.Select(input => prefix + input.Name)]);
            }
        }
    }

    private static Dictionary<string, string> OptionsOf(Layer definition) =>
        Form.Of(typeof(Layer)).Write(definition, null, Dialect.Experiment) is MappingNode { Entries: [{ Value: var options }] }
            ? FlatSettings.Of(options).All.Where(setting => setting.Path != "name").ToDictionary(setting => setting.Path, setting => setting.Value, StringComparer.Ordinal)
            : [];
}

/// <summary>One call of one layer.</summary>
/// <param name="Name">What the call is called.</param>
/// <param name="Class">The layer's class.</param>
/// <param name="Inputs">The names of what goes in.</param>
/// <param name="Shape">The shape of what comes out; empty where it is not known.</param>
/// <param name="Parameters">How many numbers its weights have; 0 where they are another call's; null where that is not known.</param>
/// <param name="Trainable">How many of them are trained.</param>
/// <param name="IsShared">Whether the layer was called before, so that its weights are counted there.</param>
/// <param name="Options">Its options, defaults included, by path.</param>
internal sealed record RunLayer(
    string Name, string Class, IReadOnlyList<string> Inputs, string Shape, long? Parameters, long? Trainable, bool IsShared, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    internal static RunLayer From(JsonObject json) => new(
        (string?)json["name"] ?? "",
        (string?)json["class"] ?? "",
        [.. (json["inputs"] as JsonArray ?? []).Select(input => (string?)input ?? "")],
        (string?)json["shape"] ?? "",
        (long?)json["parameters"],
        (long?)json["trainable"],
        (bool?)json["shared"] ?? false,
        (json["options"] as JsonObject ?? []).ToDictionary(option => option.Key, option => (string?)option.Value ?? "null", StringComparer.Ordinal));

    /// <summary>Writes it.</summary>
    internal JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["class"] = Class,
            ["inputs"] = new JsonArray([.. Inputs.Select(input => JsonValue.Create(input))]),
            ["shape"] = Shape,
            ["parameters"] = Parameters,
            ["trainable"] = Trainable,
        };
        if (IsShared)
        {
            json["shared"] = true;
        }

        json["options"] = new JsonObject(Options.Select(option => KeyValuePair.Create<string, JsonNode?>(option.Key, option.Value)));
        return json;
    }
}
