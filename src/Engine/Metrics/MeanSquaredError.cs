using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean of the squared errors.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.MeanSquaredError</c>.</remarks>
[KerasName("MeanSquaredError", "mean_squared_error", "mse", "MSE")]
public sealed record MeanSquaredError : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.MeanSquaredError();
}
