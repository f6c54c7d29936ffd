using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>Half the squared error where it is small, and the absolute error where it is large; the mean along the last axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.Huber</c>; Huber (1964).</remarks>
[KerasName("Huber", "huber", "huber_loss")]
public sealed record Huber : Loss
{
    /// <summary>The error from which it counts as large.</summary>
    public double Delta { get; init; } = 1;

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var error = prediction - target;
        var size = error.abs();
        return MeanOfLast(where(size <= Delta, error.square() * 0.5, (size * Delta) - (0.5 * Delta * Delta)));
    }
}
