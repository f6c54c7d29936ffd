using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Follow the regularized leader: weights of wide, thin models, many of them held at exactly 0 by the L1 penalty.</summary>
/// <remarks>
/// With <c>p = −learning_rate_power</c> and <c>n'</c> for <c>n + g²</c>: <c>z += g + 2·shrinkage·w − (n'^p − n^p)/rate·w</c>,
/// <c>w = (clip(z, ±l1) − z) / (n'^p/rate + 2·(l2 + beta/(2·rate)))</c>.
/// Slots: <c>accumulator</c> (n), <c>linear</c> (z), weight by weight.
/// Source: Keras 3, <c>keras.optimizers.Ftrl</c>; McMahan et al. (2013).
/// </remarks>
/// <example>Ftrl: { learning_rate: 0.01, l1_regularization_strength: 0.001 }</example>
[KerasName("Ftrl", "ftrl")]
public sealed record Ftrl : GradientOptimizer
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], n: List[Tensor], z: List[Tensor],
                 rate: float, power: float, l1: float, l2: float, shrinkage: float):
            g = [x.contiguous() for x in grads]
            before = torch._foreach_pow(n, power)
            torch._foreach_addcmul_(n, g, g, 1)
            after = torch._foreach_pow(n, power)
            torch._foreach_add_(z, g)
            torch._foreach_add_(z, w, alpha=2 * shrinkage)
            torch._foreach_addcmul_(z, torch._foreach_sub(after, before), w, -1 / rate)
            torch._foreach_div_(after, rate)
            torch._foreach_add_(after, 2 * l2)
            top = torch._foreach_clamp_min(z, -l1)
            torch._foreach_clamp_max_(top, l1)
            torch._foreach_sub_(top, z)
            torch._foreach_div_(top, after)
            torch._foreach_copy_(w, top)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.001;

    /// <summary>How the learning rate falls as gradients add up; 0 keeps it fixed.</summary>
    [AtMost(0)]
    public double LearningRatePower { get; init; } = -0.5;

    /// <summary>What the sum of squares starts with.</summary>
    [AtLeast(0)]
    public double InitialAccumulatorValue { get; init; } = 0.1;

    /// <summary>The L1 penalty.</summary>
    [AtLeast(0)]
    [KerasName("l1_regularization_strength")]
    public double L1RegularizationStrength { get; init; }

    /// <summary>The L2 penalty that keeps weights near 0.</summary>
    [AtLeast(0)]
    [KerasName("l2_regularization_strength")]
    public double L2RegularizationStrength { get; init; }

    /// <summary>The L2 penalty that acts on the gradient alone.</summary>
    [AtLeast(0)]
    [KerasName("l2_shrinkage_regularization_strength")]
    public double L2ShrinkageRegularizationStrength { get; init; }

    /// <summary>The paper's beta.</summary>
    public double Beta { get; init; }

    internal override void AddSlots(SlotList slots)
    {
        for (var i = 0; i < slots.Weights.Count; i++)
        {
            slots.Add(i, "accumulator", full_like(slots.Weights[i].Value, InitialAccumulatorValue));
            slots.Add(i, "linear", zeros_like(slots.Weights[i].Value));
        }
    }

    internal override void Move(Step step) => Script.Call(
        "move", step.Weights, step.Gradients, step["accumulator"], step["linear"], (double)step.LearningRate, -LearningRatePower,
        L1RegularizationStrength, L2RegularizationStrength + (Beta / (2 * step.LearningRate)), L2ShrinkageRegularizationStrength);
}
