using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The mean of the absolute errors along the last axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.MeanAbsoluteError</c>.</remarks>
[KerasName("MeanAbsoluteError", "mean_absolute_error", "mae", "MAE")]
public sealed record MeanAbsoluteError : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => MeanOfLast((target - prediction).abs());
}
