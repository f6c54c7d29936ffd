using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving.Hdf5;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Puts a model's weights, and its optimizer's variables, where Keras keeps them in an <c>.h5</c>.</summary>
/// <param name="model">The model.</param>
/// <param name="generation">Whose names of weights: 2 or 3.</param>
internal sealed class LegacyWriter(Model model, int generation)
{
    private const string KerasVersion2 = "2.15.0";

    /// <summary>The version that a file says it was written by: the one whose form it has.</summary>
    internal static string VersionOf(int generation) => generation == 2 ? KerasVersion2 : ModelFile.KerasVersion;

    /// <summary>The backend that a file says it was written by.</summary>
    internal static string BackendOf(int generation) => generation == 2 ? "tensorflow" : "torch";

    /// <summary>Writes the weights into a group.</summary>
    internal void Weights(NewGroup group)
    {
        var layers = model.Graph.IsSequential ? model.Graph.Layers.Skip(1) : model.Graph.Layers;
        var modules = LegacyWeights.LayersOf(model).ToDictionary(pair => pair.Layer, pair => pair.Module);
        var names = generation == 3 ? layers.Where(layer => layer.Definition is not Operations.OperationLayer).ToList() : layers.ToList();
        group.Set("layer_names", [.. names.Select(layer => layer.Name)]);
        group.SetBytes("backend", BackendOf(generation));
        group.SetBytes("keras_version", VersionOf(generation));
        foreach (var layer in names)
        {
            var own = group.Group(layer.Name);
            var weights = modules.TryGetValue(layer, out var module) ? LegacyWeights.InOrder(module) : [];
            var paths = weights.Select(weight => NameOf(weight, layer)).ToList();
            own.Set("weight_names", paths);
            foreach (var (path, weight) in paths.Zip(weights))
            {
                own.Add(path, weight.Value);
            }
        }

        group.Group("top_level_model_weights").Set("weight_names", []);
    }

    /// <summary>Writes the optimizer's variables into the file.</summary>
    internal void Optimizer(NewGroup root, OptimizerState optimizer, Optimizer definition)
    {
        var variables = generation == 3 ? VariableWriter.Variables(optimizer) : optimizer.Variables();
        var names = generation == 3 ? NamesOfKeras3(variables, definition) : Legacy.OldSlots.Names(optimizer, definition, [.. model.Weights.Where(weight => weight.Trainable).Select(weight => NameOf(weight, LayerOf(weight)))]);
        var values = generation == 3 || optimizer.FollowsSchedule ? variables : [variables[0], .. variables.Skip(2)];
        var group = root.Group("optimizer_weights");
        group.Set("weight_names", names);
        foreach (var (name, (_, value)) in names.Zip(values))
        {
            group.Add(name, value);
        }
    }

    private GraphLayer LayerOf(Weight weight) => LegacyWeights.LayersOf(model).First(pair => pair.Module.AllWeights.Contains(weight)).Layer;

    /// <summary>Keras names slots by the paths of weights, and those in a list of layers begin with the model's name.</summary>
    private List<string> NamesOfKeras3(IReadOnlyList<KeyValuePair<string, TorchSharp.torch.Tensor>> variables, Optimizer definition)
    {
        var start = definition.PathName + "/";
        var layers = model.Weights.Select(weight => weight.Path.Replace('/', '_') + "_").ToList();
        return [.. variables.Select(variable => model.Graph.IsSequential && variable.Key.StartsWith(start, StringComparison.Ordinal)
            && layers.Exists(layer => variable.Key.AsSpan(start.Length).StartsWith(layer, StringComparison.Ordinal))
                ? $"{start}{model.Name}_{variable.Key[start.Length..]}" : variable.Key)];
    }

    /// <summary>The name of a weight within its layer's group.</summary>
    private string NameOf(Weight weight, GraphLayer layer)
    {
        if (generation == 3)
        {
            return model.Graph.IsSequential ? $"{model.Name}/{weight.Path}" : weight.Path;
        }

        var parts = weight.Path.Split('/').ToList();
        if (layer.Definition is DepthwiseConvolution && parts[^1] == "kernel")
        {
            parts[^1] = "depthwise_kernel";
        }

        if (layer.Definition is Functional)
        {
            parts.RemoveAt(0); // Keras 2 named the layers of a model in a model as if they stood alone
        }
        else if (layer.Definition is TimeDistributed or ConvLSTM && parts.Count > 2)
        {
            parts.RemoveAt(1); // and what these hold did not open a scope of its own
        }

        return string.Join('/', parts) + ":0";
    }
}
