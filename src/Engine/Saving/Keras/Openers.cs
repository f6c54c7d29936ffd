using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving.Legacy;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Says which Keras opens a file that is written here, where not every one does.</summary>
internal static class Openers
{
    private const string Here = "ExperimentRunner opens it";

    /// <summary>Layers that Keras 3 has not.</summary>
    internal static readonly HashSet<string> UnknownToKeras3 = new(StringComparer.Ordinal)
    {
        "LocallyConnected1D", "LocallyConnected2D", "Highway", "MaxoutDense", "SReLU", "ParametricSoftplus", "PositionEmbedding", "TokenAndPositionEmbedding", "Merge", "RandomHeight",
        "RandomWidth",
    };

    /// <summary>Who opens a file in Keras 3's words, a <c>.keras</c> or a <c>.json</c>; null where Keras 3 does.</summary>
    internal static string? OfKeras3(Model model)
    {
        var unknown = UnknownIn(model);
        return unknown.Count == 0 ? null
            : unknown.Exists(Keras2Words.Unknown.Contains) ? $"Keras 3 has no layer {Listed(unknown)} and does not open this file; {Here}."
            : $"Keras 3 has no layer {Listed(unknown)} and does not open this file; {Here}, and tf.keras 2.15 an .h5 of this model.";
    }

    /// <summary>Who opens an <c>.h5</c>; null where Keras 3 and tf.keras 2.15 both do.</summary>
    /// <param name="model">The model.</param>
    /// <param name="problem">Why either does not open it; null where it does.</param>
    internal static string? OfHdf5(Model model, (string? OfKeras2, string? OfKeras3) problem)
    {
        var unknown = UnknownIn(model);
        return (unknown.Count, problem) switch
        {
            (0, (null, null)) => null,
            (0, (null, _)) => $"tf.keras 2.15 opens this file, Keras 3 does not. {problem.OfKeras3}",
            (0, _) => $"Keras 3 opens this file, tf.keras 2.15 does not. {problem.OfKeras2}",
            (_, (null, _)) => $"Keras 3 has no layer {Listed(unknown)} and does not open this file; tf.keras 2.15 does.",
            _ => $"Keras 3 has no layer {Listed(unknown)} and does not open this file, nor does tf.keras 2.15; {Here}. {problem.OfKeras2}",
        };
    }

    private static string Listed(List<string> names) => names is [var only] ? only : $"{string.Join(", ", names[..^1])} or {names[^1]}";

    private static List<string> UnknownIn(Model model)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Find(ModelWriter.Architecture(model), found);
        return [.. found];
    }

    private static void Find(JsonNode? json, SortedSet<string> found)
    {
        if (json is JsonObject thing && thing.Text("class_name") is { } name && UnknownToKeras3.Contains(name))
        {
            found.Add(name);
        }

        foreach (var part in json is JsonArray list ? [.. list] : json is JsonObject map ? map.Select(pair => pair.Value).ToList() : [])
        {
            Find(part, found);
        }
    }
}
