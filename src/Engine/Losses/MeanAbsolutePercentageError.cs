using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The mean of the absolute errors in percent of the targets, along the last axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.MeanAbsolutePercentageError</c>.</remarks>
[KerasName("MeanAbsolutePercentageError", "mean_absolute_percentage_error", "mape", "MAPE")]
public sealed record MeanAbsolutePercentageError : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => 
        MeanOfLast(((target - prediction) / target.abs().clamp_min(Probability.Epsilon)).abs()) * 100;
}
