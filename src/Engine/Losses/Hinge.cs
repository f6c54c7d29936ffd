using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>How far predictions are from being right by a margin of 1: <c>max(1 − target · prediction, 0)</c>. Targets are −1 and 1, or 0 and 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.Hinge</c>.</remarks>
[KerasName("Hinge", "hinge")]
public sealed record Hinge : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) => MeanOfLast((1 - (SignTargets.Of(target) * prediction)).clamp_min(0));
}
