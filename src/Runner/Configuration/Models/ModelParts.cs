using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>The models that stand among the layers of a model.</summary>
internal static class ModelParts
{
    /// <summary>The graph of the one of a name; null where there is none.</summary>
    internal static Graph? GraphOf(Graph graph, string name) => (graph.Layers.FirstOrDefault(layer => layer.Name == name)?.Definition as Functional)?.Graph;

    /// <summary>The one of a name, as a model by itself with the weights of now.</summary>
    internal static Model Of(Model model, string name)
    {
        var part = new Model(name, GraphOf(model.Graph, name)!, default) { HasWeights = model.HasWeights };
        part.Module.Assign((GraphModule)model.Module.Children.First(child => child.Key == name).Value);
        return part;
    }
}
