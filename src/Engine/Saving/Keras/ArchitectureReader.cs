using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Operations;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Turns the configuration of a model, in Keras 3's words, into a graph.</summary>
/// <remarks>Source: Keras 3, <c>keras.Sequential.from_config</c>, <c>keras.Model.from_config</c>.</remarks>
internal sealed class ArchitectureReader
{
    private readonly GraphBuilder _builder = new();
    private readonly List<GraphLayer> _layers = [];
    private readonly SourceSpan _at;

    private ArchitectureReader(SourceSpan at) => _at = at;

    /// <summary>The model's name, its graph, and whether it may be trained.</summary>
    /// <exception cref="FileProblem">It cannot be read; the message says where.</exception>
    internal static (string Name, Graph Graph, bool Trainable) Read(JsonObject model, SourceSpan at)
    {
        var className = model.Text("class_name");
        if (className is null || !LayerReader.IsModel(className) || LayerReader.IsCustom(model))
        {
            throw new FileProblem($"The model is of the class '{className}', which its author wrote in Python; only Sequential and Functional models can be read.");
        }

        var config = model["config"] as JsonObject ?? new JsonObject { ["layers"] = model["config"]?.DeepClone() };
        var layers = (config.List("layers") ?? throw new FileProblem("The model's configuration has no layers."))
            .Select(layer => layer as JsonObject ?? throw new FileProblem("A layer in the model's configuration is no object.")).ToList();
        var reader = new ArchitectureReader(at);
        try
        {
            var graph = className == "Sequential" ? reader.ReadSequential(layers, config, model) : reader.ReadFunctional(layers, config);
            return (config.Text("name") ?? LayerNames.FromClass(className), graph, config.Flag("trainable") ?? true);
        }
        catch (ShapeException misfit)
        {
            throw new FileProblem(misfit.Message);
        }
    }

    private Graph ReadSequential(List<JsonObject> layers, JsonObject config, JsonObject model)
    {
        if (layers.Count == 0)
        {
            throw new FileProblem("The model has no layers.");
        }

        var first = layers[0];
        TensorRef? tensor = null;
        if (IsInput(first))
        {
            tensor = Input(first);
            layers = layers[1..];
        }

        foreach (var json in layers)
        {
            var definition = LayerReader.Read(json, _at);
            var name = _builder.FreeNameFrom(NameOf(json, definition));
            tensor ??= ImplicitInput(json, name, definition, config, model);
            var layer = Add(definition, name);
            tensor = new TensorRef(_builder.Call(layer, name, [tensor.Value], CallOptions.None, _at));
        }

        var last = tensor!.Value;
        return _builder.Build([.. _inputs], [new Port(last.Node.Layer.Name, last)], _layers, functional: false);
    }

    private readonly List<Port> _inputs = [];

    private Graph ReadFunctional(List<JsonObject> layers, JsonObject config)
    {
        var known = new Dictionary<string, SavedLayer>(StringComparer.Ordinal);
        foreach (var json in layers)
        {
            var layer = new SavedLayer(json, json.Text("name") ?? json.Object("config")?.Text("name") ?? throw new FileProblem("A layer in the model's configuration has no name."));
            if (!known.TryAdd(layer.Name, layer) || !_builder.TryTake(layer.Name))
            {
                throw new FileProblem($"Two layers of the model are called '{layer.Name}'.");
            }
        }

        foreach (var layer in known.Values)
        {
            layer.Calls.AddRange((layer.Json.List("inbound_nodes") ?? []).Select(call => SavedCall.Read(call, known.ContainsKey)));
        }

        NumberCalls(known, [.. Ends(config["output_layers"], known, "output_layers").Select(end => end.Key)]);
        var order = new List<SavedLayer>(known.Values);
        while (order.Count > 0)
        {
            var done = order.RemoveAll(layer => Advance(layer, known));
            if (done == 0 && !_advanced)
            {
                throw new FileProblem($"The layer '{order[0].Name}' takes an input that no layer of the model puts out.");
            }

            _advanced = false;
        }

        _layers.Clear();
        _layers.AddRange(known.Values.Select(layer => layer.Layer).OfType<GraphLayer>());
        var inputs = Ends(config["input_layers"], known, "input_layers").Select(end => new Port(end.Name ?? end.Key.Layer, Find(end.Key, known))).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var outputs = new List<Port>();
        foreach (var end in Ends(config["output_layers"], known, "output_layers"))
        {
            var name = end.Name ?? end.Key.Layer;
            for (var number = 1; !names.Add(name); number++)
            {
                name = $"{end.Name ?? end.Key.Layer}_{number}";
            }

            outputs.Add(new Port(name, Find(EndOf(end.Key, known), known)));
        }

        return _builder.Build(inputs, outputs, _layers, functional: true);
    }

    private bool _advanced;

    /// <summary>
    /// Finds out how the calls of a model in the model are numbered. In Keras 2 its own making is call 0, unless it is a list of layers
    /// that had no input yet; Keras 3 counts so only where the call's outputs are those of the whole model.
    /// </summary>
    private static void NumberCalls(Dictionary<string, SavedLayer> known, IReadOnlyList<TensorKey> ends)
    {
        foreach (var layer in known.Values.Where(layer => LayerReader.IsModel(layer.Json.Text("class_name") ?? "") && layer.Calls.Count > 0))
        {
            if (layer.Calls[0].Generation == 3)
            {
                layer.FirstEnd = layer.Json.Text("class_name") == "Sequential" ? 0 : 1;
            }
            else if (known.Values.SelectMany(other => other.Calls).SelectMany(call => call.Tensors).Concat(ends).All(key => key.Layer != layer.Name || key.Call > 0))
            {
                (layer.FirstCall, layer.FirstEnd) = (1, 1);
            }
        }
    }

    /// <summary>An output of the model, its call numbered as those within the model are; Keras takes a call before the first for the last.</summary>
    private static TensorKey EndOf(TensorKey key, Dictionary<string, SavedLayer> known)
    {
        if (!known.TryGetValue(key.Layer, out var layer))
        {
            return key;
        }

        var call = key.Call - layer.FirstEnd;
        return key with { Call = layer.FirstCall + (call < 0 ? layer.Made.Count - 1 : call) };
    }

    /// <summary>Makes the calls of a layer whose inputs are there; true when none is left.</summary>
    private bool Advance(SavedLayer layer, Dictionary<string, SavedLayer> known)
    {
        if (IsInput(layer.Json))
        {
            if (layer.Made.Count == 0)
            {
                layer.Made.Add(Input(layer.Json, layer.Name).Node);
                layer.Layer = layer.Made[0].Layer;
                _advanced = true;
            }

            return true;
        }

        while (layer.Made.Count < layer.Calls.Count && layer.Calls[layer.Made.Count].Tensors.All(key => IsThere(key, known)))
        {
            layer.Made.Add(Call(layer, layer.Calls[layer.Made.Count], known));
            _advanced = true;
        }

        return layer.Made.Count == layer.Calls.Count;
    }

    private GraphNode Call(SavedLayer layer, SavedCall call, Dictionary<string, SavedLayer> known)
    {
        var name = layer.Made.Count == 0 ? layer.Name : _builder.FreeNameFrom(layer.Name);
        if (LayerReader.IsOperation(layer.Json))
        {
            var (operands, tensors) = OperandReader.Read(call);
            var operation = new OperationLayer { Operation = LayerReader.ReadOperation(layer.Json, _at), Operands = operands };
            layer.Layer = GraphBuilder.Add(operation, layer.Name, _at);
            return _builder.Call(layer.Layer, name, [.. tensors.Select(key => Find(key, known))], CallOptions.None, _at);
        }

        layer.Layer ??= GraphBuilder.Add(LayerReader.Read(layer.Json, _at), layer.Name, _at);
        var given = CallReader.Read(call, layer.Layer.Definition, call.Generation);
        return _builder.Call(
            layer.Layer,
            name,
            [.. given.Inputs.Select(key => Find(key, known))],
            given.Options,
            _at,
            [.. given.Masks.Select(key => key is { } mask ? Find(mask, known) : (TensorRef?)null)]);
    }

    private static bool IsThere(TensorKey key, Dictionary<string, SavedLayer> known) =>
        known.TryGetValue(key.Layer, out var layer)
            ? key.Call >= layer.FirstCall && key.Call - layer.FirstCall < layer.Made.Count
            : throw new FileProblem($"The model has no layer '{key.Layer}', though another takes its output.");

    private static TensorRef Find(TensorKey key, Dictionary<string, SavedLayer> known)
    {
        if (!known.TryGetValue(key.Layer, out var layer) || key.Call < layer.FirstCall || key.Call - layer.FirstCall >= layer.Made.Count
            || key.Index < 0 || key.Index >= layer.Made[key.Call - layer.FirstCall].Outputs.Count)
        {
            throw new FileProblem($"The model has no output {key.Index} of call {key.Call} of a layer '{key.Layer}'.");
        }

        return new TensorRef(layer.Made[key.Call - layer.FirstCall], key.Index);
    }

    /// <summary>Inputs or outputs of a model: one tensor, a list, or a mapping from names, which Keras sorts.</summary>
    private static IEnumerable<(string? Name, TensorKey Key)> Ends(JsonNode? json, Dictionary<string, SavedLayer> known, string what)
    {
        if (TensorKey.Read(json) is { } only && known.ContainsKey(only.Layer))
        {
            return [(null, only)];
        }

        return json switch
        {
            JsonArray list => list.SelectMany(item => Ends(item, known, what)),
            JsonObject map => map.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => Ends(pair.Value, known, what).Select(end => ((string?)pair.Key, end.Key))),
            _ => throw new FileProblem($"The model's configuration says '{what}' in a form that is not known."),
        };
    }

    private static bool IsInput(JsonObject layer) => layer.Text("class_name") == "InputLayer";

    private static string NameOf(JsonObject json, Layer definition) =>
        json.Object("config")?.Text("name") ?? definition.Name ?? LayerNames.FromClass(Catalog.NameOf(definition.GetType()));

    private GraphLayer Add(Layer definition, string name)
    {
        var layer = GraphBuilder.Add(definition, name, _at);
        _layers.Add(layer);
        return layer;
    }

    private TensorRef Input(JsonObject json, string? name = null)
    {
        var input = (Input)LayerReader.Read(json, _at);
        if (name is null)
        {
            name = input.Name ?? "input";
            _builder.TryTake(name);
        }

        return AddInput(name, input.ToSpec());
    }

    private TensorRef AddInput(string name, Spec spec)
    {
        var tensor = _builder.Input(name, spec, _at);
        _layers.Add(tensor.Node.Layer);
        _inputs.Add(new Port(name, tensor));
        return tensor;
    }

    /// <summary>The input of a list of layers that names none: the first layer says its shape, or the model what it was built for.</summary>
    private TensorRef ImplicitInput(JsonObject json, string name, Layer definition, JsonObject config, JsonObject model)
    {
        Spec? spec = null;
        if (definition is Functional { Graph.Inputs: [var port] })
        {
            spec = port.Spec;
        }
        else if ((json["batch_input_shape"] ?? json.Object("config")?["batch_shape"] ?? config["build_input_shape"] ?? model.Object("build_config")?["input_shape"]) is JsonArray shape)
        {
            var input = new JsonObject { ["class_name"] = "InputLayer", ["config"] = new JsonObject { ["batch_shape"] = shape.DeepClone() } };
            spec = ((Input)LayerReader.Read(input, _at)).ToSpec();
        }

        return AddInput(
            _builder.FreeNameFrom(name + "_input"),
            spec ?? throw new FileProblem("The model was never built: the shape of its input stands nowhere in the file."));
    }

    /// <summary>A layer of a file, and what was made of it so far.</summary>
    private sealed class SavedLayer(JsonObject json, string name)
    {
        internal JsonObject Json { get; } = json;

        internal string Name { get; } = name;

        internal List<SavedCall> Calls { get; } = [];

        internal List<GraphNode> Made { get; } = [];

        /// <summary>The number that the file gives to its first call.</summary>
        internal int FirstCall { get; set; }

        /// <summary>The number that the file gives to its first call where the model's outputs are listed.</summary>
        internal int FirstEnd { get; set; }

        internal GraphLayer? Layer { get; set; }
    }
}
