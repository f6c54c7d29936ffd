using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>The layers that a <c>compile</c> step freezes or lets be trained, by name or regular expression.</summary>
internal static class TrainableLayers
{
    /// <summary>Freezes layers, or lets them be trained, in the order they are named.</summary>
    internal static void Set(GraphModule model, IReadOnlyDictionary<string, bool> trainable)
    {
        foreach (var (name, trains) in trainable)
        {
            foreach (var layer in Find(model, name))
            {
                layer.Freeze(!trains);
            }
        }
    }

    /// <summary>The layers of a name, or of names that a regular expression describes whole; those of models in the model as <c>base/conv</c> too.</summary>
    internal static IEnumerable<LayerModule> Find(GraphModule model, string name)
    {
        var exact = All(model, "").Where(layer => layer.Name == name).Select(layer => layer.Module).ToList();
        return exact.Count > 0 || Patterns.Of($"^(?:{name})$") is not { } pattern ? exact
            : All(model, "").Where(layer => pattern.IsMatch(layer.Name)).Select(layer => layer.Module);
    }

    private static IEnumerable<(string Name, LayerModule Module)> All(GraphModule model, string prefix) => model.Children.SelectMany(child =>
        (child.Value is GraphModule inner ? All(inner, $"{prefix}{child.Key}/") : []).Prepend((prefix + child.Key, child.Value)));
}
