using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>
/// Reads what a model was compiled for. A model opens whatever is said there: what cannot be understood becomes a warning. Without
/// its loss or its optimizer a model counts as not compiled; without a metric it merely lacks that metric.
/// </summary>
/// <param name="at">The file.</param>
/// <param name="warnings">Where warnings go.</param>
internal sealed class CompileReader(SourceSpan at, List<string> warnings)
{
    /// <summary>What a model was compiled for; null when it was not, or that cannot be understood.</summary>
    /// <param name="compile"><c>compile_config</c> of a <c>.keras</c>, or <c>training_config</c> of an <c>.h5</c> with its optimizer as <c>optimizer</c>.</param>
    /// <param name="outputs">How many outputs the model has.</param>
    internal CompileOptions? Read(JsonObject compile, int outputs)
    {
        if (compile["optimizer"] is null && compile["loss"] is null)
        {
            return null;
        }

        var optimizer = TryRead<Optimizer>(compile["optimizer"], "the optimizer");
        var loss = compile["loss"] is null ? null : TryRead<PerOutput<LossChoice>>(Single(compile["loss"], outputs), "the loss");
        if (optimizer is null || (loss is null && compile["loss"] is not null))
        {
            warnings.Add("The model counts as not compiled; to train or evaluate it, compile it.");
            return null;
        }

        return new CompileOptions
        {
            Optimizer = optimizer,
            Loss = loss,
            LossWeights = compile["loss_weights"] is null ? null : TryRead<PerOutput<double>>(Single(compile["loss_weights"], outputs), "the weights of the losses"),
            Metrics = Metrics(compile["metrics"], outputs),
            WeightedMetrics = Metrics(compile["weighted_metrics"], outputs),
        };
    }

    /// <summary>A list of one, for the only output, is said without the list.</summary>
    private static JsonNode? Single(JsonNode? json, int outputs) => json is JsonArray { Count: 1 } list && outputs == 1 ? list[0] : json;

    private PerOutput<IReadOnlyList<MetricChoice>>? Metrics(JsonNode? json, int outputs)
    {
        var single = json is JsonArray { Count: 1 } only && only[0] is JsonArray && outputs == 1 ? only[0] : json;
        return Known(single) is { } known ? TryRead<PerOutput<IReadOnlyList<MetricChoice>>>(known, "the metrics") : null;
    }

    /// <summary>The metrics that are known, in the same order; what is not is told and left out.</summary>
    private JsonNode? Known(JsonNode? json)
    {
        switch (json)
        {
            case null:
                return null;
            case JsonArray list:
                return new JsonArray([.. list.Where(item => item is null or JsonArray || IsMapping(item) || TryRead<MetricChoice>(item, "a metric") is not null)
                    .Select(item => item is JsonArray || IsMapping(item) ? Known(item) : item?.DeepClone())]);
            case JsonObject map when IsMapping(map):
                return new JsonObject([.. map.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, Known(pair.Value is JsonArray or null ? pair.Value : new JsonArray(pair.Value.DeepClone()))))]);
            default:
                return TryRead<MetricChoice>(json, "a metric") is null ? null : json.DeepClone();
        }
    }

    private static bool IsMapping(JsonNode? json) => json is JsonObject map && !map.ContainsKey("class_name");

    private T? TryRead<T>(JsonNode? json, string what)
        where T : class
    {
        if (json is null)
        {
            warnings.Add($"The file does not say {what} that the model was compiled with.");
            return null;
        }

        var errors = new List<ConfigError>();
        if (Form.Of(typeof(T)).TryRead(Json.ToNode(json, at), new Reading(Dialect.Keras, errors), out var value) && errors.Count == 0)
        {
            return (T?)value;
        }

        warnings.Add($"{char.ToUpperInvariant(what[0])}{what[1..]} that the model was compiled with cannot be read: {errors[0].Problem}");
        return null;
    }
}
