using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>How far the right class is from winning by a margin of 1, for targets of 0 and 1 a class.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.CategoricalHinge</c>.</remarks>
[KerasName("CategoricalHinge", "categorical_hinge")]
public sealed record CategoricalHinge : Loss
{
    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var right = (target * prediction).sum(-1);
        var wrong = ((1 - target) * prediction).amax(-1);
        return (wrong - right + 1).clamp_min(0);
    }
}
