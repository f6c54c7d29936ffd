using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Constraints;

/// <summary>No value is below 0.</summary>
/// <remarks>Source: Keras 3, <c>keras.constraints.NonNeg</c>.</remarks>
[KerasName("NonNeg", "non_neg", "nonneg")]
public sealed record NonNeg : Constraint
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor weight) => weight.clamp_min(0);
}
