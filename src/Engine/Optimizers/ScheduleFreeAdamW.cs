using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Adam that needs no falling learning rate: gradients are taken between where it moves and the average of where it was.</summary>
/// <remarks>
/// <c>v</c> as Adam's; <c>z −= rate·g / (√(v/(1 − beta_2ᵗ)) + epsilon)</c>, <c>x += (z − x)/t</c>, and the weight is
/// <c>(1 − beta_1)·z + beta_1·x</c>, from which <c>x</c> is found again.
/// Slots: <c>momentum</c> (z; it starts as the weight), <c>velocity</c> (v), weight by weight.
/// Source: Keras 3, <c>keras.optimizers.ScheduleFreeAdamW</c>; Defazio et al. (2024).
/// </remarks>
/// <example>ScheduleFreeAdamW: { learning_rate: 0.0025, warmup_steps: 1000 }</example>
[KerasName("ScheduleFreeAdamW", "schedulefreeadamw")]
public sealed record ScheduleFreeAdamW : AdamLike
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], z: List[Tensor], v: List[Tensor],
                 rate: float, beta_1: float, beta_2: float, bias: float, part: float, epsilon: float):
            g = [x.contiguous() for x in grads]
            torch._foreach_mul_(v, beta_2)
            torch._foreach_addcmul_(v, g, g, 1 - beta_2)
            root = torch._foreach_div(v, bias)
            torch._foreach_sqrt_(root)
            torch._foreach_add_(root, epsilon)
            torch._foreach_add_(w, z, alpha=beta_1 - 1)
            torch._foreach_mul_(w, 1 - part)
            torch._foreach_addcdiv_(z, g, root, -rate)
            torch._foreach_add_(w, z, alpha=1 - beta_1 + beta_1 * part)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.0025;

    /// <inheritdoc/>
    public override double Epsilon { get; init; } = 1e-8;

    /// <summary>Over how many steps the learning rate rises in a straight line to what it is.</summary>
    [AtLeast(0)]
    public int WarmupSteps { get; init; }

    /// <inheritdoc/>
    internal override bool IsElementwise => false;

    internal override void AddSlots(SlotList slots)
    {
        for (var i = 0; i < slots.Weights.Count; i++)
        {
            var weight = slots.Weights[i].Value;
            slots.Add(i, "momentum", weight.detach().clone());
            slots.Add(i, "velocity", zeros_like(weight));
        }
    }

    internal override void Move(Step step)
    {
        var rate = WarmupSteps == 0 ? step.LearningRate : step.LearningRate * MathF.Min((float)step.Number / WarmupSteps, 1);
        Script.Call(
            "move", step.Weights, step.Gradients, step["momentum"], step["velocity"],
            (double)rate, Beta1, Beta2, (double)Bias(Beta2, step.Number), (double)(1f / step.Number), Epsilon);
    }
}
