using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>How little two sets overlap, with a weight of its own for each way to be wrong.</summary>
/// <remarks>
/// The two weights stand as Keras 3.15 computes with them; its documentation, the paper and Keras 3.16 have them the other way round.
/// Source: Keras 3, <c>keras.losses.Tversky</c>; Salehi, Erdogmus and Gholipour (2017).
/// </remarks>
[KerasName("Tversky", "tversky")]
public sealed record Tversky : Loss
{
    /// <summary>The weight of what is true but not predicted.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary>The weight of what is predicted but not true.</summary>
    public double Beta { get; init; } = 0.5;

    /// <summary>The axes along which is summed up; null is all of them.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? Axis { get; init; }

    /// <inheritdoc/>
    public override Tensor PerExample(Tensor target, Tensor prediction)
    {
        var both = Sum(target * prediction);
        var tooMuch = Sum((1 - target) * prediction);
        var missed = Sum(target * (1 - prediction));
        return 1 - (both / (both + (missed * Alpha) + (tooMuch * Beta) + Probability.Epsilon));
    }

    private Tensor Sum(Tensor x) => Axis is null ? x.sum() : x.sum([.. Axis.Select(axis => (long)axis)]);
}
