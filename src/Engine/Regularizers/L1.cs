using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Regularizers;

/// <summary>A penalty on the sum of absolute values, which makes many of them zero.</summary>
/// <remarks>Source: Keras 3, <c>keras.regularizers.L1</c>.</remarks>
[KerasName("L1", "l1")]
public sealed record L1 : Regularizer
{
    /// <summary>How strong the penalty is.</summary>
    [KerasName("l1"), AtLeast(0)]
    public double Factor { get; init; } = 0.01;

    /// <inheritdoc/>
    public override Tensor Penalty(Tensor values) => values.abs().sum() * Factor;
}
