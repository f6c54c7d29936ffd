using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>How little two sets overlap: <c>1 − 2 · |A ∩ B| / (|A| + |B|)</c>, from 0 to 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.losses.Dice</c>.</remarks>
[KerasName("Dice", "dice")]
public sealed record Dice : Loss
{
    /// <summary>The axes along which is summed up; null is all of them.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? Axis { get; init; }

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction) =>
        1 - (Sum(target * prediction) * 2 / (Sum(target) + Sum(prediction) + Probability.Epsilon));

    private Tensor Sum(Tensor x) => Axis is null ? x.sum() : x.sum([.. Axis.Select(axis => (long)axis)]);
}
