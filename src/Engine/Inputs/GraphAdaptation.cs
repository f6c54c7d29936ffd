using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>Lets the layers of a model learn what they learn from data before training: vocabularies, statistics, boundaries.</summary>
public static class GraphAdaptation
{
    private const int BatchSize = 1024;

    /// <summary>The layers of a graph that were given nothing and have to learn.</summary>
    public static IEnumerable<GraphLayer> Unadapted(Graph graph) => graph.Layers.Where(layer => layer.Definition is IAdapts { NeedsData: true });

    /// <summary>The same graph with layers that have learned, each from what those before it make of the data.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">The training data: a column for each input.</param>
    /// <exception cref="DataException">A layer cannot learn from these data, or stands behind layers with weights.</exception>
    public static Graph Adapt(Graph graph, IReadOnlyList<Column> inputs)
    {
        while (graph.Nodes.FirstOrDefault(node => node.Layer.Definition is IAdapts { NeedsData: true }) is { } node)
        {
            using var scope = NewDisposeScope();
            var name = $"{Catalog.NameOf(node.Layer.Definition.GetType())} '{node.Name}'";
            using var before = new GraphModule(graph.Upto(node.Inputs[0]), new BuildContext("", default));
            if (before.AllWeights.Any())
            {
                throw new DataException($"{name} learns from data, so it stands before the layers with weights.");
            }

            try
            {
                var learned = ((IAdapts)node.Layer.Definition).Adapt(Batches(before, inputs));
                graph = graph.With(layer => layer == node.Layer ? learned : layer.Definition);
            }
            catch (ShapeException misfit)
            {
                throw new DataException($"{name} {misfit.Message}.", misfit);
            }
        }

        return graph;
    }

    private static IEnumerable<Tensor> Batches(GraphModule before, IReadOnlyList<Column> inputs)
    {
        var masks = new Tensor?[inputs.Count];
        var parts = inputs.Select(column => column.Batches(BatchSize).GetEnumerator()).ToList();
        try
        {
            while (true)
            {
                using var scope = NewDisposeScope();
                using var still = no_grad();
                if (!parts.TrueForAll(part => part.MoveNext()))
                {
                    yield break;
                }

                yield return before.Call([.. parts.Select(part => part.Current)], masks, new Call(training: false, default))[0];
            }
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }
}
