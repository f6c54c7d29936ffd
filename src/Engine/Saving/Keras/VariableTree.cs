using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Attention;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Operations;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>A thing with variables in a <c>.keras</c>, and where they stand.</summary>
/// <param name="Path">The path, such as <c>layers/dense_1</c>.</param>
/// <param name="Name">The name of the layer.</param>
/// <param name="Weights">Its own weights, those that are learned first.</param>
internal sealed record VariableOwner(string Path, string Name, IReadOnlyList<Weight> Weights)
{
    /// <summary>The layer; null where it is a part that no layer describes.</summary>
    internal Layer? Definition { get; init; }
}

/// <summary>
/// The paths of Keras 3's files: a layer goes by its class in snake_case, numbered by its place among those of its class; what is
/// inside a layer goes by the name of the attribute that holds it.
/// </summary>
/// <remarks>Source: Keras 3, <c>keras/src/saving/saving_lib.py</c>.</remarks>
internal static class VariableTree
{
    /// <summary>Everything in a model that may have variables, the model itself first.</summary>
    internal static IEnumerable<VariableOwner> Of(Model model) => OfModel("", model.Name, model.Graph, model.Module);

    /// <summary>Plans to fill a model's weights.</summary>
    /// <exception cref="FileProblem">A layer's weights are missing, or of other shapes.</exception>
    internal static WeightPlan Plan(IVariableStore store, Model model)
    {
        var plan = new WeightPlan();
        foreach (var owner in Of(model))
        {
            var values = owner.Weights.Count == 0 ? [] : store.At(owner.Path);
            if (values.Count != owner.Weights.Count)
            {
                throw new FileProblem($"The file has {values.Count} weights at '{owner.Path}', but the layer '{owner.Name}' has {owner.Weights.Count}.");
            }

            foreach (var (weight, value) in owner.Weights.Zip(values))
            {
                plan.Add(weight, value, owner.Name);
            }
        }

        return plan;
    }

    /// <summary>The layers of a graph that Keras keeps a place for, each with its path.</summary>
    internal static IEnumerable<(GraphLayer Layer, string Path)> Places(string path, Graph graph)
    {
        var start = path.Length == 0 ? "layers/" : $"{path}/layers/";
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var layer in graph.Layers.Where(layer => !(layer.Definition is OperationLayer || (layer.Definition is Input && graph.IsSequential))))
        {
            var key = LayerNames.FromClass(ClassOf(layer.Definition));
            var number = taken[key] = taken.TryGetValue(key, out var last) ? last + 1 : 0;
            yield return (layer, start + (number == 0 ? key : $"{key}_{number}"));
        }
    }

    private static IEnumerable<VariableOwner> OfModel(string path, string name, Graph graph, LayerModule module)
    {
        var modules = module.Children.ToDictionary(child => child.Key, child => child.Value, StringComparer.Ordinal);
        return Places(path, graph)
            .SelectMany(place => modules.TryGetValue(place.Layer.Name, out var child)
                ? OfLayer(place.Path, place.Layer.Name, place.Layer.Definition, child)
                : [new VariableOwner(place.Path, place.Layer.Name, [])])
            .Prepend(new VariableOwner(path, name, []));
    }

    private static IEnumerable<VariableOwner> OfLayer(string path, string name, Layer? definition, LayerModule module)
    {
        if (definition is Functional model)
        {
            return OfModel(path, name, model.Graph, module);
        }

        return new VariableOwner[] { new(path, name, [.. module.SavedVariables]) { Definition = definition } }
            .Concat(module.Children.SelectMany(child => OfLayer($"{path}/{child.Key}", child.Value.Name ?? child.Key, child.Value.Definition, child.Value)))
            .Concat(module is HeadAttentionModule ? [new($"{path}/_softmax", "softmax", []), new($"{path}/_dropout_layer", "dropout", [])] : []);
    }

    /// <summary>The name of a layer's class in Keras.</summary>
    internal static string ClassOf(Layer layer) => layer is Functional model ? model.Graph.IsSequential ? "Sequential" : "Functional" : Catalog.NameOf(layer.GetType());
}
