using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The mean of the squared differences between <c>log(1 + target)</c> and <c>log(1 + prediction)</c>, along the last axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.MeanSquaredLogarithmicError</c>.</remarks>
[KerasName("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", "msle", "MSLE")]
public sealed record MeanSquaredLogarithmicError : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => MeanOfLast((Log(prediction) - Log(target)).square());

    private static Tensor Log(Tensor x) => (x.clamp_min(Probability.Epsilon) + 1).log();
}
