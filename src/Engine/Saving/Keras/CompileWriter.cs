using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Writes what a model is compiled for as Keras 3 does.</summary>
internal static class CompileWriter
{
    /// <summary>Words for losses that Keras 3 has no more, or never had, and what it calls these.</summary>
    private static readonly Dictionary<string, JsonNode> Losses = new(StringComparer.Ordinal)
    {
        ["logcosh"] = "log_cosh",
        ["huber_loss"] = "huber",
        ["kullback_leibler_divergence"] = "kl_divergence",
        ["cosine_proximity"] = "cosine_similarity",
        ["categorical_generalized_cross_entropy"] = KerasObjects.Of(typeof(Loss), new CategoricalGeneralizedCrossEntropy(), "keras.losses")!,
    };

    /// <summary>The same for metrics.</summary>
    private static readonly Dictionary<string, JsonNode> Metrics = new(StringComparer.Ordinal)
    {
        ["kld"] = "kl_divergence",
        ["KLD"] = "kl_divergence",
        ["kullback_leibler_divergence"] = "kl_divergence",
        ["cosine_proximity"] = "cosine_similarity",
        ["logcosh"] = "log_cosh_error",
        ["log_cosh"] = "log_cosh_error",
        ["fbeta_score"] = "f_beta_score",
    };

    /// <summary>The arguments of <c>compile</c>.</summary>
    internal static JsonObject Write(CompileOptions options) => new()
    {
        ["optimizer"] = KerasObjects.Of(typeof(Optimizer), options.Optimizer, "keras.optimizers"),
        ["loss"] = Known(KerasObjects.Of(typeof(PerOutput<LossChoice>), options.Loss, "keras.losses"), Losses),
        ["loss_weights"] = KerasObjects.Of(typeof(PerOutput<double>), options.LossWeights, ""),
        ["metrics"] = Known(KerasObjects.Of(typeof(PerOutput<IReadOnlyList<MetricChoice>>), options.Metrics, "keras.metrics"), Metrics),
        ["weighted_metrics"] = Known(KerasObjects.Of(typeof(PerOutput<IReadOnlyList<MetricChoice>>), options.WeightedMetrics, "keras.metrics"), Metrics),
        ["run_eagerly"] = false,
        ["steps_per_execution"] = 1,
        ["jit_compile"] = false,
    };

    /// <summary>Words that Keras 3 does not know, in those that it does.</summary>
    private static JsonNode? Known(JsonNode? json, Dictionary<string, JsonNode> words) => json switch
    {
        JsonArray list => new JsonArray([.. list.Select(item => Known(item, words))]),
        JsonObject byOutput when !byOutput.ContainsKey("class_name") => new JsonObject([.. byOutput.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, Known(pair.Value, words)))]),
        _ => (json.AsText() is { } word && words.TryGetValue(word, out var now) ? now : json)?.DeepClone(),
    };
}
