using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Regularization;

/// <summary>A dropout for networks of <c>selu</c>: in training a random part is set to their lowest value, and mean and variance are kept.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Errors: <c>noise_shape</c> must fit the input.
/// Source: Keras 3, <c>keras.layers.AlphaDropout</c>; Klambauer et al. (2017).
/// </remarks>
/// <example>AlphaDropout: { rate: 0.1 }</example>
[KerasName("AlphaDropout")]
public sealed record AlphaDropout : NoiseLayer, IChecked
{
    private const double Lowest = -1.6732632423543772 * 1.0507009873554805; // of selu: −alpha · scale

    /// <summary>The part that is dropped: a fraction, not a percentage.</summary>
    [Between(0, 1)]
    [OldName("p")]
    public required double Rate { get; init; }

    /// <summary>The shape of the mask, which is the same along axes of length 1. Null stands for the input's own length, or its whole shape.</summary>
    public IReadOnlyList<long?>? NoiseShape { get; init; }

    /// <inheritdoc/>
    private protected override bool Silent => Rate == 0;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes() => DropoutMask.NeedRest(Rate);

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        DropoutMask.NeedFit(NoiseShape, input);
        return base.Infer(input);
    }

    /// <inheritdoc/>
    private protected override Tensor Disturb(Tensor x, RandomKey key)
    {
        var scale = 1 / Math.Sqrt((1 - Rate) * (1 + (Rate * Lowest * Lowest)));
        var kept = DropoutMask.Make(DropoutMask.ShapeFor(x, NoiseShape) ?? x.shape, Rate, key, x.dtype, scale);
        var rest = (kept * -Lowest).add_(scale * Lowest * (1 - Rate)); // scale · (lowest − rate · lowest) where dropped, less where kept
        return x.mul(kept).add_(rest);
    }
}
