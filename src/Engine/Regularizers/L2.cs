using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Regularizers;

/// <summary>A penalty on the sum of squares, which keeps values small.</summary>
/// <remarks>Source: Keras 3, <c>keras.regularizers.L2</c>.</remarks>
[KerasName("L2", "l2")]
public sealed record L2 : Regularizer
{
    /// <summary>How strong the penalty is.</summary>
    [KerasName("l2"), AtLeast(0)]
    public double Factor { get; init; } = 0.01;

    /// <inheritdoc/>
    public override Tensor Penalty(Tensor values) => values.square().sum() * Factor;
}
