using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Constraints;

/// <summary>Vectors have the length 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.constraints.UnitNorm</c>.</remarks>
[KerasName("UnitNorm", "unit_norm", "unitnorm")]
public sealed record UnitNorm : NormConstraint
{
    /// <inheritdoc/>
    protected override Tensor Desired(Tensor lengths) => ones_like(lengths);
}
