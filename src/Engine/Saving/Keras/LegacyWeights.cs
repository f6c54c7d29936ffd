using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving.Hdf5;
using ExperimentRunner.Engine.Saving.Legacy;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>
/// The weights of an <c>.h5</c>: a group for each layer, whose attribute <c>weight_names</c> orders its arrays. Layers are matched by
/// their order, not by their names.
/// </summary>
/// <remarks>Source: Keras 3, <c>keras/src/legacy/saving/legacy_h5_format.py</c>.</remarks>
internal static class LegacyWeights
{
    /// <summary>The layers of a graph with their modules, inputs left out.</summary>
    internal static IEnumerable<(GraphLayer Layer, LayerModule Module)> LayersOf(Model model) =>
        model.Graph.Layers.Where(layer => layer.Definition is not Input).Zip(model.Module.Children, (layer, child) => (layer, child.Value));

    /// <summary>The weights of a layer in the order of these files: those that are trained come first.</summary>
    internal static List<Weight> InOrder(LayerModule module) =>
        [.. module.AllWeights.Where(weight => weight.Trainable), .. module.AllWeights.Where(weight => !weight.Trainable)];

    /// <summary>Plans to fill a model's weights.</summary>
    /// <exception cref="FileProblem">The file has other layers or weights.</exception>
    internal static WeightPlan Plan(Hdf5Group group, Model model, ModelOrigin origin)
    {
        var names = group.TryTexts("layer_names") ?? throw new FileProblem("The file does not tell the names of its layers.");
        var saved = new List<(string Name, List<SavedValue> Values)>();
        foreach (var name in names)
        {
            var layer = group.TryGroup(name) ?? throw new FileProblem($"The file has no weights of its layer '{name}'.");
            var values = (layer.TryTexts("weight_names") ?? []).Select(weight => SavedValue.Of(
                layer.TryArray(weight) ?? throw new FileProblem($"The file does not hold the weight '{weight}' that its layer '{name}' should have."))).ToList();
            if (values.Count > 0)
            {
                saved.Add((name, values));
            }
        }

        var layers = LayersOf(model).Where(pair => pair.Module.AllWeights.Any()).ToList();
        if (layers.Count != saved.Count)
        {
            throw new FileProblem($"The file has weights of {saved.Count} layers, but the model has {layers.Count} layers with weights.");
        }

        var plan = new WeightPlan();
        foreach (var ((layer, module), (name, stored)) in layers.Zip(saved))
        {
            var weights = InOrder(module);
            var values = OldWeights.Convert(layer.Definition, module, stored, origin);
            if (weights.Count != values.Count)
            {
                throw new FileProblem($"The file has {values.Count} weights of the layer '{name}', but the model's layer '{layer.Name}' has {weights.Count}.");
            }

            foreach (var (weight, value) in weights.Zip(values))
            {
                plan.Add(weight, value, layer.Name);
            }
        }

        return plan;
    }
}
