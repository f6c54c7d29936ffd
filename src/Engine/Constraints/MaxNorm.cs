using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Constraints;

/// <summary>Vectors are at most so long.</summary>
/// <remarks>Source: Keras 3, <c>keras.constraints.MaxNorm</c>.</remarks>
[KerasName("MaxNorm", "max_norm", "maxnorm")]
public sealed record MaxNorm : NormConstraint
{
    /// <summary>The greatest length.</summary>
    [AtLeast(0)]
    [OldName("m")]
    public double MaxValue { get; init; } = 2;

    /// <inheritdoc/>
    protected override Tensor Desired(Tensor lengths) => lengths.clamp_max(MaxValue);
}
