using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Graphs;

/// <summary>Graphs made of other graphs.</summary>
public static class GraphEdits
{
    /// <summary>The same graph with other layers in the places of some; every shape is found anew.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layerFor">The layer to take for one of the graph; its own definition leaves it.</param>
    /// <exception cref="ShapeException">A layer does not take what now comes in.</exception>
    public static Graph With(this Graph graph, Func<GraphLayer, Layer> layerFor)
    {
        var layers = graph.Layers.ToDictionary(layer => layer, layer => new GraphLayer(layer.Name, layerFor(layer) with { Name = layer.Definition.Name }, layer.At));
        var nodes = new Dictionary<GraphNode, GraphNode>();
        TensorRef Moved(TensorRef tensor) => new(nodes[tensor.Node], tensor.Index);

        foreach (var node in graph.Nodes)
        {
            var layer = layers[node.Layer];
            TensorRef[] inputs = [.. node.Inputs.Select(Moved)];
            Spec[] specs = [.. inputs.Select(input => input.Spec)];
            nodes[node] = new GraphNode(layer, node.Name, inputs, node.Options, Inferred(layer.Definition, specs, node), node.At)
            {
                Masks = [.. node.Masks.Select(mask => mask is { } tensor ? Moved(tensor) : (TensorRef?)null)],
            };
            if (layer.BuiltFor.Count == 0)
            {
                (layer.BuiltFor, layer.BuiltWith) = (specs, node.Options);
            }
        }

        return new Graph(
            [.. graph.Inputs.Select(port => new Port(port.Name, Moved(port.Tensor)))],
            [.. graph.Nodes.Select(node => nodes[node])],
            [.. graph.Outputs.Select(port => new Port(port.Name, Moved(port.Tensor)))],
            [.. graph.Layers.Select(layer => layers[layer])])
        {
            IsFunctional = graph.IsFunctional,
        };
    }

    /// <summary>The part of a graph that leads to some tensors, which it puts out. Its inputs are all those of the graph.</summary>
    public static Graph Upto(this Graph graph, params IReadOnlyList<TensorRef> tensors)
    {
        var needed = graph.Inputs.Select(port => port.Tensor.Node).ToHashSet();
        var open = new Stack<GraphNode>(tensors.Select(tensor => tensor.Node));
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

        return new Graph(graph.Inputs, [.. graph.Nodes.Where(needed.Contains)], [.. tensors.Select(tensor => new Port(tensor.Name, tensor))]);
    }

    private static IReadOnlyList<Spec> Inferred(Layer layer, Spec[] inputs, GraphNode node)
    {
        try
        {
            return layer.Infer(inputs, node.Options);
        }
        catch (ShapeException misfit)
        {
            throw new ShapeException($"{Catalog.NameOf(layer.GetType())} ('{node.Name}', line {node.At.Line}) {misfit.Message}.");
        }
    }
}
