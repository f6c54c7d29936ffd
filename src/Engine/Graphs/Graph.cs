using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Graphs;

/// <summary>A layer in a graph: one set of weights, called by any number of nodes. Known by itself, never by its definition's value.</summary>
public sealed class GraphLayer
{
    internal GraphLayer(string name, Layer definition, SourceSpan at) => (Name, Definition, At) = (name, definition, at);

    /// <summary>The layer's name, unique in its graph.</summary>
    public string Name { get; }

    /// <summary>The layer as it was written.</summary>
    public Layer Definition { get; }

    /// <summary>Where it was written.</summary>
    public SourceSpan At { get; }

    /// <summary>The inputs of its first call, for which it is built.</summary>
    public IReadOnlyList<Spec> BuiltFor { get; internal set; } = [];

    /// <summary>What its first call says beside its inputs.</summary>
    public CallOptions BuiltWith { get; internal set; } = CallOptions.None;
}

/// <summary>One call of one layer.</summary>
public sealed class GraphNode
{
    internal GraphNode(GraphLayer layer, string name, IReadOnlyList<TensorRef> inputs, CallOptions options, IReadOnlyList<Spec> outputs, SourceSpan at) =>
        (Layer, Name, Inputs, Options, Outputs, At) = (layer, name, inputs, options, outputs, at);

    /// <summary>A tensor for each of the first inputs that says where that input counts, in place of the mask it has; Keras's <c>mask=</c>.</summary>
    public IReadOnlyList<TensorRef?> Masks { get; internal init; } = [];

    /// <summary>The layer that is called.</summary>
    public GraphLayer Layer { get; }

    /// <summary>What this call is called: the layer's name, unless a shared layer's use has its own.</summary>
    public string Name { get; }

    /// <summary>What goes in, in the order of Keras's <c>call</c>.</summary>
    public IReadOnlyList<TensorRef> Inputs { get; }

    /// <summary>What the call says beside its inputs.</summary>
    public CallOptions Options { get; }

    /// <summary>Shape and type of what comes out.</summary>
    public IReadOnlyList<Spec> Outputs { get; }

    /// <summary>Where the call was written.</summary>
    public SourceSpan At { get; }
}

/// <summary>One output of one call.</summary>
/// <param name="Node">The call.</param>
/// <param name="Index">Which of its outputs.</param>
public readonly record struct TensorRef(GraphNode Node, int Index = 0)
{
    /// <summary>Its shape and type.</summary>
    public Spec Spec => Node.Outputs[Index];

    /// <summary>How a file names it: the call's name, with <c>.1</c> for outputs after the first.</summary>
    public string Name => Node.Outputs.Count == 1 ? Node.Name : $"{Node.Name}.{Index}";
}

/// <summary>A named tensor that enters or leaves a model.</summary>
/// <param name="Name">The name under which data are given and predictions come out.</param>
/// <param name="Tensor">The tensor.</param>
public sealed record Port(string Name, TensorRef Tensor)
{
    /// <summary>Its shape and type.</summary>
    public Spec Spec => Tensor.Spec;
}

/// <summary>The layers of a model and how they are joined: names, order and every shape, known before a tensor exists.</summary>
public sealed class Graph
{
    internal Graph(IReadOnlyList<Port> inputs, IReadOnlyList<GraphNode> nodes, IReadOnlyList<Port> outputs, IReadOnlyList<GraphLayer>? layers = null)
    {
        Inputs = inputs;
        Nodes = nodes;
        Outputs = outputs;
        Layers = layers ?? [.. nodes.Select(node => node.Layer).Distinct()];
    }

    /// <summary>What goes into the model, in order.</summary>
    public IReadOnlyList<Port> Inputs { get; }

    /// <summary>The calls, each after those it depends on; inputs are nodes too.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>What comes out, in order.</summary>
    public IReadOnlyList<Port> Outputs { get; }

    /// <summary>The layers, inputs included: in the order of their first call, or as the file has them that they come from.</summary>
    public IReadOnlyList<GraphLayer> Layers { get; }

    /// <summary>Whether it is a mere list of layers, each taking what the one before puts out: Keras's <c>Sequential</c>.</summary>
    public bool IsSequential => Inputs.Count == 1 && Outputs.Count == 1 && !IsFunctional && Outputs[0].Tensor == new TensorRef(Nodes[^1])
        && Layers.Count == Nodes.Count && Layers[0] == Inputs[0].Tensor.Node.Layer
        && Nodes.Zip(Nodes.Skip(1)).All(pair => pair.Second.Inputs is [var input] && input == new TensorRef(pair.First) && pair.Second.Masks.Count == 0
            && pair.Second.Options == CallOptions.None && pair.First.Outputs.Count == 1);

    /// <summary>Whether the file it comes from calls it a <c>Functional</c>, though it may be a mere list.</summary>
    internal bool IsFunctional { get; init; }

    /// <summary>The part of the graph that leads to other outputs; inputs that lead to none of them are left out.</summary>
    public Graph LeadingTo(IReadOnlyList<Port> outputs)
    {
        var nodes = GraphBuilder.Leading(Nodes, outputs);
        var used = nodes.SelectMany(node => node.Inputs.Concat(node.Masks.OfType<TensorRef>())).Concat(outputs.Select(port => port.Tensor)).Select(tensor => tensor.Node).ToHashSet();
        nodes = [.. nodes.Where(used.Contains)];
        var layers = nodes.Select(node => node.Layer).ToHashSet();
        return new Graph([.. Inputs.Where(port => used.Contains(port.Tensor.Node))], nodes, outputs, [.. Layers.Where(layers.Contains)]) { IsFunctional = IsFunctional };
    }

    /// <summary>The shapes and types that come out for these inputs.</summary>
    /// <exception cref="ShapeException">They do not fit.</exception>
    public IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs)
    {
        if (inputs.Count != Inputs.Count)
        {
            throw new ShapeException($"takes {Inputs.Count} inputs, but was given {inputs.Count}");
        }

        var known = new Dictionary<GraphNode, IReadOnlyList<Spec>>();
        foreach (var (port, spec) in Inputs.Zip(inputs))
        {
            known[port.Tensor.Node] = [spec];
        }

        foreach (var node in Nodes.Where(node => !known.ContainsKey(node)))
        {
            known[node] = node.Layer.Definition.Infer([.. node.Inputs.Select(tensor => known[tensor.Node][tensor.Index])], node.Options);
        }

        return [.. Outputs.Select(port => known[port.Tensor.Node][port.Tensor.Index])];
    }
}
