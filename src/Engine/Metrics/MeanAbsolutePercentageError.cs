using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean of the absolute errors in percent of the targets.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.MeanAbsolutePercentageError</c>.</remarks>
[KerasName("MeanAbsolutePercentageError", "mean_absolute_percentage_error", "mape", "MAPE")]
public sealed record MeanAbsolutePercentageError : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.MeanAbsolutePercentageError();
}
