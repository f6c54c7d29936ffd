using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Regularizers;

/// <summary>A penalty on the sum of absolute values and on the sum of squares.</summary>
/// <remarks>Source: Keras 3, <c>keras.regularizers.L1L2</c>.</remarks>
[KerasName("L1L2", "l1l2", "l1_l2")]
public sealed record L1L2 : Regularizer
{
    /// <summary>How strong the penalty on absolute values is.</summary>
    [AtLeast(0)]
    public double L1 { get; init; }

    /// <summary>How strong the penalty on squares is.</summary>
    [AtLeast(0)]
    public double L2 { get; init; }

    /// <inheritdoc/>
    public override Tensor Penalty(Tensor values)
    {
        var penalty = L1 == 0 ? zeros([], values.dtype) : values.abs().sum() * L1;
        return L2 == 0 ? penalty : penalty + (values.square().sum() * L2);
    }
}
