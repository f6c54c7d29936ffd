using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The loss of predicted rates for counts that follow Poisson: <c>prediction − target · log(prediction)</c>, and its mean along the last axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.Poisson</c>.</remarks>
[KerasName("Poisson", "poisson")]
public sealed record Poisson : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => 
        MeanOfLast(prediction - (target * (prediction + Probability.Epsilon).log()));
}
