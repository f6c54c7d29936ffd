using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>The square of the hinge loss: <c>max(1 − target · prediction, 0)²</c>. Targets are −1 and 1, or 0 and 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.SquaredHinge</c>.</remarks>
[KerasName("SquaredHinge", "squared_hinge")]
public sealed record SquaredHinge : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => 
        MeanOfLast((1 - (SignTargets.Of(target) * prediction)).clamp_min(0).square());
}
