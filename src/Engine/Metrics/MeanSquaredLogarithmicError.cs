using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The mean of the squared differences between <c>log(1 + target)</c> and <c>log(1 + prediction)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.MeanSquaredLogarithmicError</c>.</remarks>
[KerasName("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", "msle", "MSLE")]
public sealed record MeanSquaredLogarithmicError : LossMetric
{
    /// <inheritdoc/>
    protected override Loss Loss => new Losses.MeanSquaredLogarithmicError();
}
