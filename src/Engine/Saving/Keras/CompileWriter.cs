using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;

namespace ExperimentRunner.Engine.Saving.Keras;

/// <summary>Writes what a model is compiled for as Keras 3 does.</summary>
internal static class CompileWriter
{
    /// <summary>The arguments of <c>compile</c>.</summary>
    internal static JsonObject Write(CompileOptions options) => new()
    {
        ["optimizer"] = KerasObjects.Of(typeof(Optimizer), options.Optimizer, "keras.optimizers"),
        ["loss"] = KerasObjects.Of(typeof(PerOutput<LossChoice>), options.Loss, "keras.losses"),
        ["loss_weights"] = KerasObjects.Of(typeof(PerOutput<double>), options.LossWeights, ""),
        ["metrics"] = KerasObjects.Of(typeof(PerOutput<IReadOnlyList<MetricChoice>>), options.Metrics, "keras.metrics"),
        ["weighted_metrics"] = KerasObjects.Of(typeof(PerOutput<IReadOnlyList<MetricChoice>>), options.WeightedMetrics, "keras.metrics"),
        ["run_eagerly"] = false,
        ["steps_per_execution"] = 1,
        ["jit_compile"] = false,
    };
}
