using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean of one of Keras's functions: another way to say the metric of the function's name.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.MeanMetricWrapper</c>.</remarks>
/// <example>MeanMetricWrapper: { fn: mean_squared_error }</example>
[KerasName("MeanMetricWrapper", "mean_metric_wrapper")]
public sealed record MeanMetricWrapper : Metric
{
    /// <summary>The metric of the function.</summary>
    public required Metric Fn { get; init; }

    /// <inheritdoc/>
    public override bool? HigherIsBetter => Fn.HigherIsBetter;

    /// <inheritdoc/>
    public override MetricState Start() => Fn.Start();
}
