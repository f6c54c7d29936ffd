using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Optimizers;

namespace ExperimentRunner.Engine.Models;

/// <summary>What a model is trained for and how: the arguments of Keras's <c>Model.compile</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.Model.compile</c>.</remarks>
[IgnoredOption("jit_compile")]
[IgnoredOption("steps_per_execution")]
[IgnoredOption("run_eagerly")]
[IgnoredOption("auto_scale_loss")]
public sealed record CompileOptions
{
    /// <summary>How weights are moved.</summary>
    public Optimizer Optimizer { get; init; } = new RMSprop();

    /// <summary>How wrong predictions are, for all outputs or each.</summary>
    public PerOutput<LossChoice>? Loss { get; init; }

    /// <summary>What the loss of each output is multiplied by in the sum; 1 unless said.</summary>
    public PerOutput<double>? LossWeights { get; init; }

    /// <summary>Figures to gather, without the examples' weights.</summary>
    public PerOutput<IReadOnlyList<MetricChoice>>? Metrics { get; init; }

    /// <summary>Figures to gather with the examples' weights.</summary>
    public PerOutput<IReadOnlyList<MetricChoice>>? WeightedMetrics { get; init; }
}
