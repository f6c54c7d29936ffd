using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Adam with Nesterov's momentum, which grows as the training goes on.</summary>
/// <remarks>
/// <c>uₜ = beta_1·(1 − ½·0.96ᵗ)</c>, <c>Uₜ = u₁·…·uₜ</c>; <c>m</c> and <c>v</c> as Adam's;
/// <c>w −= rate·(uₜ₊₁·m/(1 − Uₜ·uₜ₊₁) + (1 − uₜ)·g/(1 − Uₜ)) / (√(v/(1 − beta_2ᵗ)) + epsilon)</c>.
/// Slots: <c>momentum</c> (m), <c>velocity</c> (v), weight by weight; at the end <c>u_product</c> (U), one number.
/// Source: Keras 3, <c>keras.optimizers.Nadam</c>; Dozat (2015).
/// </remarks>
/// <example>Nadam: { learning_rate: 0.001 }</example>
[KerasName("Nadam", "nadam")]
public sealed record Nadam : AdamLike
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], m: List[Tensor], v: List[Tensor],
                 by_m: float, by_g: float, beta_1: float, beta_2: float, bias: float, epsilon: float):
            g = [x.contiguous() for x in grads]
            torch._foreach_lerp_(m, g, 1 - beta_1)
            torch._foreach_mul_(v, beta_2)
            torch._foreach_addcmul_(v, g, g, 1 - beta_2)
            root = torch._foreach_div(v, bias)
            torch._foreach_sqrt_(root)
            torch._foreach_add_(root, epsilon)
            torch._foreach_addcdiv_(w, m, root, -by_m)
            torch._foreach_addcdiv_(w, g, root, -by_g)
        """);

    /// <summary>
    /// How fast the momentum grows: <c>0.96^(schedule_decay·t)</c>. Null is Keras 3's 1. Keras 1 and 2 had 0.004, and wrote it as
    /// <c>decay</c> too.
    /// </summary>
    [AtLeast(0)]
    [WrittenWhereSet]
    public double? ScheduleDecay { get; init; }

    private protected override double RateDecay => 0;

    internal override void AddSlots(SlotList slots)
    {
        slots.Add("momentum", "velocity");
        slots.AddShared("u_product", ones([]));
    }

    internal override void Move(Step step)
    {
        var kept = step.Shared("u_product");
        var (now, next) = (Momentum(step.Number), Momentum(step.Number + 1));
        var product = kept.item<float>() * now;
        kept.fill_(product);
        Script.Call(
            "move", step.Weights, step.Gradients, step["momentum"], step["velocity"],
            (double)(step.LearningRate * next / (1 - (product * next))), (double)(step.LearningRate * (1 - now) / (1 - product)),
            Beta1, Beta2, (double)Bias(Beta2, step.Number), Epsilon);
    }

    private float Momentum(long step) => (float)Beta1 * (1 - (0.5f * MathF.Pow(0.96f, (float)(ScheduleDecay ?? Decay ?? 1) * step)));
}
