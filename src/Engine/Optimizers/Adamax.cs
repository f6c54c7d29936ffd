using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Adam in the measure of the greatest gradient of late, in place of the mean of squares.</summary>
/// <remarks>
/// <c>m += (1 − beta_1)·(g − m)</c>, <c>u = max(beta_2·u, |g|)</c>, <c>w −= rate/(1 − beta_1ᵗ)·m / (u + epsilon)</c>.
/// Slots: <c>momentum</c> (m), <c>norm</c> (u), weight by weight (Keras 2: <c>m</c>, <c>u</c>).
/// Source: Keras 3, <c>keras.optimizers.Adamax</c>; Kingma and Ba (2014), section 7.1.
/// </remarks>
/// <example>Adamax: { learning_rate: 0.001 }</example>
[KerasName("Adamax", "adamax")]
public sealed record Adamax : AdamLike
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], m: List[Tensor], u: List[Tensor],
                 rate: float, beta_1: float, beta_2: float, epsilon: float):
            g = [x.contiguous() for x in grads]
            torch._foreach_lerp_(m, g, 1 - beta_1)
            torch._foreach_mul_(u, beta_2)
            torch._foreach_maximum_(u, torch._foreach_abs(g))
            torch._foreach_addcdiv_(w, m, torch._foreach_add(u, epsilon), -rate)
        """);

    internal override void AddSlots(SlotList slots) => slots.Add("momentum", "norm");

    internal override void Move(Step step) => Script.Call(
        "move", step.Weights, step.Gradients, step["momentum"], step["norm"],
        (double)(step.LearningRate / Bias(Beta1, step.Number)), Beta1, Beta2, Epsilon);
}
