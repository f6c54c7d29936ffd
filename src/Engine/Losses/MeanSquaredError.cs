using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The mean of the squared errors along the last axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.MeanSquaredError</c>.</remarks>
[KerasName("MeanSquaredError", "mean_squared_error", "mse", "MSE")]
public sealed record MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => MeanOfLast((target - prediction).square());
}
