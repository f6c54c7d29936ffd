using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Configuration.Models;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Makes the model of an experiment: weights drawn from the seed, those of files read.</summary>
internal static class ModelMaker
{
    /// <summary>Makes it.</summary>
    /// <param name="definition">The model.</param>
    /// <param name="graph">Its graph, whose layers have learned what they learn from data.</param>
    /// <param name="seed">Where start weights come from.</param>
    /// <param name="loaded">What the file held that all of it comes from; null where there is none, or no weights in it.</param>
    internal static Model Make(ModelDefinition definition, Graph graph, RandomKey seed, out NamedModel? loaded)
    {
        var model = new Model(definition.Name, graph, seed);
        loaded = null;
        if (definition.LoadedFrom is { } file)
        {
            loaded = NamedModel.Open(file.Full);
            if (loaded.Model.HasWeights)
            {
                model.Module.Assign(loaded.Model.Module);
                model.HasWeights = true;
            }
        }

        LoadParts(graph, model.Module, definition);
        if (!definition.Trainable)
        {
            model.Module.Freeze(true);
        }

        return model;
    }

    private static void LoadParts(Graph graph, GraphModule module, ModelDefinition definition)
    {
        var modules = module.Children.ToDictionary(StringComparer.Ordinal);
        foreach (var layer in graph.Layers)
        {
            if (layer.Definition is not Functional { Graph: var inner } || modules[layer.Name] is not GraphModule part)
            {
                continue;
            }

            if (definition.LoadedParts.TryGetValue(layer.Name, out var file))
            {
                using var loaded = NamedModel.Open(file.Full);
                part.Assign(loaded.Model.Module);
            }
            else
            {
                LoadParts(inner, part, definition);
            }
        }
    }
}
