using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>In training, sets a random part of its input to 0 and makes up for it: what stays is multiplied by <c>1 / (1 − rate)</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Errors: <c>noise_shape</c> must fit the input.
/// Source: Keras 3, <c>keras.layers.Dropout</c>. Srivastava et al. (2014).
/// </remarks>
/// <example>Dropout: { rate: 0.25 }</example>
[KerasName("Dropout")]
public sealed record Dropout : NoiseLayer
{
    /// <summary>The part that is set to 0: a fraction, not a percentage.</summary>
    [Between(0, 1)]
    [OldName("p")]
    public required double Rate { get; init; }

    /// <summary>
    /// The shape of the mask, which is the same along axes of length 1: <c>[null, 1, null]</c> drops the same features at every step
    /// of time. Null stands for the input's own length, or for its whole shape.
    /// </summary>
    public IReadOnlyList<long?>? NoiseShape { get; init; }

    /// <inheritdoc/>
    private protected override bool Silent => Rate == 0;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        DropoutMask.NeedFit(NoiseShape, input);
        return base.Infer(input);
    }

    /// <inheritdoc/>
    private protected override Tensor Disturb(Tensor x, RandomKey key) =>
        DropoutMask.Drop(x, Rate, key, DropoutMask.ShapeFor(x, NoiseShape));
}
