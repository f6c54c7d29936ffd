using System.Text.Json;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Attention;
using ExperimentRunner.Engine.Layers.Preprocessing.Images;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>What a saved call gives to a layer: tensors in order, masks for the first of them, and options.</summary>
/// <param name="Inputs">The tensors that go in.</param>
/// <param name="Masks">Tensors in place of the masks of the first inputs; null keeps the input's own.</param>
/// <param name="Options">What else the call says.</param>
internal sealed record GivenCall(IReadOnlyList<TensorKey> Inputs, IReadOnlyList<TensorKey?> Masks, CallOptions Options);

/// <summary>Sorts the arguments of a saved call.</summary>
internal static class CallReader
{
    private static readonly HashSet<string> Inputs = new(StringComparer.Ordinal) { "inputs", "input", "sequence", "sequences" };

    /// <summary>Sorts the arguments of a call of a layer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="layer">The layer that is called.</param>
    /// <param name="generation">Which Keras wrote the call.</param>
    /// <exception cref="FileProblem">The call says something that is not known.</exception>
    internal static GivenCall Read(SavedCall call, Layer layer, int generation)
    {
        var inputs = new List<TensorKey>();
        var names = new List<string>();
        var masks = new List<TensorKey?>();
        var masksByName = new Dictionary<string, TensorKey>(StringComparer.Ordinal);
        var options = CallOptions.None;
        foreach (var argument in call.Positional)
        {
            foreach (var key in Flat(argument, layer))
            {
                inputs.Add(key);
                names.Add("");
            }
        }

        foreach (var (name, argument) in call.Named)
        {
            var tensors = Flat(argument, layer).ToList();
            if (name == "mask")
            {
                masks.AddRange(argument is Argument.OfList list ? list.Items.Select(item => item is Argument.OfTensor one ? one.Key : (TensorKey?)null) : tensors.Select(key => (TensorKey?)key));
            }
            else if (layer is HeadAttention && name.EndsWith("_mask", StringComparison.Ordinal) && name != "attention_mask" && tensors is [var mask])
            {
                if (layer is not MultiHeadAttention || name != "query_mask") // Keras puts the query's own mask in its place
                {
                    masksByName[name[..^"_mask".Length]] = mask;
                }
            }
            else if (tensors.Count > 0)
            {
                inputs.AddRange(tensors);
                names.AddRange(tensors.Select(_ => Inputs.Contains(name) ? "" : name));
            }
            else if (argument is Argument.OfValue { Value: { } value })
            {
                options = (name, value.GetValueKind()) switch
                {
                    ("training", JsonValueKind.True) when generation == 3 && layer is ImageLayer => options, // the default of their call
                    ("training", JsonValueKind.True) => options with { Training = true },
                    ("training", _) => generation == 3 ? options : options with { Training = false }, // Keras 3 writes false where nothing was said
                    ("use_causal_mask", var truth) => options with { UseCausalMask = truth == JsonValueKind.True },
                    ("return_attention_scores", var truth) => options with { ReturnAttentionScores = truth == JsonValueKind.True },
                    ("reverse", var truth) => options with { Reverse = truth == JsonValueKind.True },
                    (_, JsonValueKind.False) => options,
                    _ => throw new FileProblem($"The layer '{layer.Name}' is called with '{name}', which is not known here."),
                };
            }
        }

        if (masksByName.Count > 0)
        {
            var places = HeadAttention.PlacesOf(names);
            masks.AddRange(places.Select(place => masksByName.Remove(place, out var mask) ? mask : (TensorKey?)null));
            if (masksByName.Count > 0)
            {
                throw new FileProblem($"The layer '{layer.Name}' is given a mask of a {masksByName.Keys.First()} that it is not given.");
            }
        }

        if (names.Exists(name => name.Length > 0))
        {
            options = options with { InputNames = names };
        }

        return new GivenCall(inputs, masks, options == CallOptions.None ? CallOptions.None : options);
    }

    /// <summary>The tensors of an argument; those of a mapping in the order in which a model takes them.</summary>
    private static IEnumerable<TensorKey> Flat(Argument argument, Layer layer) => argument is Argument.OfMap map && layer is Functional model
        ? model.Graph.Inputs.Select(port => map.Items.FirstOrDefault(item => item.Key == port.Name).Value as Argument.OfTensor
            ?? throw new FileProblem($"The model '{layer.Name}' is called without its input '{port.Name}'.")).Select(given => given.Key)
        : argument.Tensors;
}
