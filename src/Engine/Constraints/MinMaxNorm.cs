using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Constraints;

/// <summary>Vectors are at least and at most so long.</summary>
/// <remarks>Source: Keras 3, <c>keras.constraints.MinMaxNorm</c>.</remarks>
[KerasName("MinMaxNorm", "min_max_norm", "minmax_norm")]
public sealed record MinMaxNorm : NormConstraint
{
    /// <summary>The least length.</summary>
    [AtLeast(0)]
    public double MinValue { get; init; }

    /// <summary>The greatest length.</summary>
    [AtLeast(0)]
    public double MaxValue { get; init; } = 1;

    /// <summary>How far a step goes from the length there is to the length allowed, from 0 to 1.</summary>
    [Between(0, 1)]
    public double Rate { get; init; } = 1;

    /// <inheritdoc/>
    protected override Tensor Desired(Tensor lengths) => Rate == 1 ? lengths.clamp(MinValue, MaxValue)
        : (lengths.clamp(MinValue, MaxValue) * Rate) + (lengths * (1 - Rate));
}
