using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving.Hdf5;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Puts a model's weights, and its optimizer's variables, where Keras 3 keeps them in a <c>.weights.h5</c>.</summary>
internal static class VariableWriter
{
    /// <summary>The groups of the file.</summary>
    internal static NewGroup Write(Model model, OptimizerState? optimizer, string? optimizerName)
    {
        var root = new NewGroup();
        foreach (var owner in VariableTree.Of(model))
        {
            var group = root.Group(owner.Path.Length == 0 ? "vars" : $"{owner.Path}/vars");
            group.Set("name", owner.Name);
            foreach (var (i, weight) in owner.Weights.Index())
            {
                group.Add($"{i}", weight.Value);
            }

            if (owner.Definition is IHasVocabulary { WordWeights: { } words } layer)
            {
                var values = tensor([.. words]);
                group.Add(SavedVocabularies.Weights, values);
                if (layer is TextVectorization)
                {
                    root.Group($"{owner.Path}/_lookup_layer/vars").Add(SavedVocabularies.Weights, values);
                }
            }
        }

        if (optimizer is not null)
        {
            var group = root.Group("optimizer/vars");
            group.Set("name", optimizerName ?? "optimizer");
            foreach (var (i, (_, value)) in Variables(optimizer).Index())
            {
                group.Add($"{i}", value);
            }
        }

        return root;
    }

    /// <summary>An optimizer's variables as Keras 3 has them: it counts steps in 32 bits.</summary>
    internal static IReadOnlyList<KeyValuePair<string, Tensor>> Variables(OptimizerState optimizer) =>
    [
        .. optimizer.Variables().Select(variable => variable.Value.dtype == ScalarType.Int64
            ? KeyValuePair.Create(variable.Key, variable.Value.to_type(ScalarType.Int32)) : variable),
    ];
}
