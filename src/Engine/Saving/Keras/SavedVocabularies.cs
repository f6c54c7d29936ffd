using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>What layers have learned from data and Keras keeps beside the configuration: <c>assets/…/vocabulary.txt</c>, and weights of words.</summary>
/// <remarks>Source: Keras 3, <c>keras/src/layers/preprocessing/index_lookup.py</c>, <c>save_assets</c> and <c>save_own_variables</c>.</remarks>
internal static class SavedVocabularies
{
    /// <summary>The name of the variable that holds weights of words.</summary>
    internal const string Weights = "idf_weights";

    /// <summary>The graph with every vocabulary that the archive has filled in.</summary>
    /// <param name="graph">The graph, as its configuration says it.</param>
    /// <param name="readText">The text of a member of the archive, or null.</param>
    /// <param name="variables">The archive's variables.</param>
    /// <param name="path">Where the graph stands in the whole.</param>
    internal static Graph Into(Graph graph, Func<string, string?> readText, IVariableStore variables, string path = "")
    {
        var filled = new Dictionary<GraphLayer, Layer>();
        foreach (var (layer, place) in VariableTree.Places(path, graph))
        {
            if (layer.Definition is Functional model && Into(model.Graph, readText, variables, place) is var inner && inner != model.Graph)
            {
                filled[layer] = model with { Graph = inner };
            }
            else if (layer.Definition is IHasVocabulary { NeedsData: true } && readText($"assets/{place}/vocabulary.txt") is { } text)
            {
                var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
                filled[layer] = WithWords(layer.Definition, lines, () => ReadWeights(variables, place));
            }
        }

        return filled.Count == 0 ? graph : graph.With(layer => filled.GetValueOrDefault(layer, layer.Definition));
    }

    private static Layer WithWords(Layer layer, string[] words, Func<IReadOnlyList<double>?> readWeights) => layer switch
    {
        StringLookup lookup => lookup with { Vocabulary = words, IdfWeights = lookup.OutputMode == OutputMode.TfIdf ? readWeights() : null },
        TextVectorization text => text with { Vocabulary = words, IdfWeights = text.OutputMode == OutputMode.TfIdf ? readWeights() : null },
        IntegerLookup lookup => lookup with
        {
            Vocabulary = [.. words.Select(word => long.TryParse(word, out var number) ? number : throw new FileProblem($"'{word}' in the vocabulary of '{layer.Name}' is no whole number."))],
            IdfWeights = lookup.OutputMode == OutputMode.TfIdf ? readWeights() : null,
        },
        _ => layer,
    };

    private static double[]? ReadWeights(IVariableStore variables, string place)
    {
        if (variables.Find(place, Weights) is not { } value)
        {
            return null;
        }

        TorchNative.EnsureLoaded();
        using var scope = NewDisposeScope();
        return value.Read().to_type(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    }
}
