using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The square root of the mean of the squared errors.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.RootMeanSquaredError</c>.</remarks>
[KerasName("RootMeanSquaredError", "root_mean_squared_error")]
public sealed record RootMeanSquaredError : MeanMetric
{
    /// <inheritdoc/>
    public override bool? HigherIsBetter => false;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor target, Tensor prediction)
    {
        var (truth, guess) = SameRank.Of(target.to_type(prediction.dtype), prediction);
        return (guess - truth).square();
    }

    /// <inheritdoc/>
    protected override double Finish(double mean) => Math.Sqrt(mean);
}
