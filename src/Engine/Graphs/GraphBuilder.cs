using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Graphs;

/// <summary>Joins layers into a graph, call by call, and knows every shape as it goes.</summary>
public sealed class GraphBuilder
{
    private readonly List<Port> _inputs = [];
    private readonly List<GraphNode> _nodes = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Takes a name that no layer or call of the graph has yet: the class's in snake_case, numbered as Keras does.</summary>
    public string FreeName(string className) => FreeNameFrom(LayerNames.FromClass(className));

    /// <summary>Takes a name that no layer or call of the graph has yet: this one, or this one numbered.</summary>
    public string FreeNameFrom(string name)
    {
        var free = name;
        for (var number = 1; !_names.Add(free); number++)
        {
            free = $"{name}_{number}";
        }

        return free;
    }

    /// <summary>Takes a name; false when a layer or a call of the graph has it.</summary>
    public bool TryTake(string name) => _names.Add(name);

    /// <summary>Whether a layer or a call of the graph has a name.</summary>
    public bool IsTaken(string name) => _names.Contains(name);

    /// <summary>Adds an input. Its name must have been taken.</summary>
    public TensorRef Input(string name, Spec spec, SourceSpan at)
    {
        var layer = new GraphLayer(name, new Input { Name = name, BatchShape = [.. spec.Shape], Dtype = new DtypePolicy(DataTypes.NameOf(spec.Type)) }, at);
        var node = new GraphNode(layer, name, [], CallOptions.None, [spec], at);
        _nodes.Add(node);
        _inputs.Add(new Port(name, new TensorRef(node)));
        return new TensorRef(node);
    }

    /// <summary>Adds a layer, to be called. Its name must have been taken.</summary>
    public static GraphLayer Add(Layer definition, string name, SourceSpan at) => new(name, definition with { Name = name }, at);

    /// <summary>Calls a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="name">What the call is called; the layer's name at its first.</param>
    /// <param name="inputs">What goes in.</param>
    /// <param name="options">What the call says beside its inputs.</param>
    /// <param name="at">Where the call was written.</param>
    /// <param name="masks">Tensors in place of the masks of the first inputs.</param>
    /// <exception cref="ShapeException">The inputs do not fit; the message is a whole sentence that names where they come from.</exception>
    public GraphNode Call(
        GraphLayer layer, string name, IReadOnlyList<TensorRef> inputs, CallOptions options, SourceSpan at, IReadOnlyList<TensorRef?>? masks = null)
    {
        IReadOnlyList<Spec> specs = [.. inputs.Select(input => input.Spec)];
        IReadOnlyList<Spec> outputs;
        try
        {
            TextRule.Check(layer.Definition, specs);
            outputs = layer.Definition.Infer(specs, options);
        }
        catch (ShapeException misfit)
        {
            throw new ShapeException($"{Catalog.NameOf(layer.Definition.GetType())} {misfit.Message}{OriginOf(inputs)}.");
        }

        if (layer.BuiltFor.Count == 0)
        {
            (layer.BuiltFor, layer.BuiltWith) = (specs, options);
        }

        var node = new GraphNode(layer, name, inputs, options, outputs, at) { Masks = masks ?? [] };
        _nodes.Add(node);
        return node;
    }

    /// <summary>The finished graph: what leads to these outputs.</summary>
    public Graph Build(IReadOnlyList<Port> outputs) => new(_inputs, Leading(_nodes, outputs), outputs);

    /// <summary>The finished graph of a file, which says the order of its inputs and its layers.</summary>
    internal Graph Build(IReadOnlyList<Port> inputs, IReadOnlyList<Port> outputs, IReadOnlyList<GraphLayer> layers, bool functional)
    {
        var nodes = Leading(_nodes, outputs);
        var called = nodes.Select(node => node.Layer).ToHashSet();
        return new Graph(inputs, nodes, outputs, [.. layers.Where(called.Contains)]) { IsFunctional = functional };
    }

    /// <summary>The nodes that lead to these outputs, and all inputs, in the order they stand in.</summary>
    internal static GraphNode[] Leading(IReadOnlyList<GraphNode> nodes, IReadOnlyList<Port> outputs)
    {
        var needed = new HashSet<GraphNode>();
        var open = new Stack<GraphNode>(outputs.Select(port => port.Tensor.Node));
        while (open.TryPop(out var node))
        {
            if (needed.Add(node))
            {
                foreach (var input in node.Inputs.Concat(node.Masks.OfType<TensorRef>()))
                {
                    open.Push(input.Node);
                }
            }
        }

        return [.. nodes.Where(node => needed.Contains(node) || node.Inputs.Count == 0)];
    }

    private static string OriginOf(IReadOnlyList<TensorRef> inputs) => inputs.Count switch
    {
        0 => "",
        1 => $" from {Origin(inputs[0])}",
        _ => $"; they come from {string.Join(", ", inputs.Select(Origin))}",
    };

    private static string Origin(TensorRef tensor) => $"'{tensor.Name}' (line {tensor.Node.At.Line})";
}
