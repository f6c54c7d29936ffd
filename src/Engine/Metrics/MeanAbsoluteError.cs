using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean of the absolute errors.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.MeanAbsoluteError</c>.</remarks>
[KerasName("MeanAbsoluteError", "mean_absolute_error", "mae", "MAE")]
public sealed record MeanAbsoluteError : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.MeanAbsoluteError();
}
