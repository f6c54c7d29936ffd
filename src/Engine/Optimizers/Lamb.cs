using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Adam whose every step is as long as the weight it moves, times the learning rate: for very large batches.</summary>
/// <remarks>
/// <c>m</c> and <c>v</c> as Adam's; <c>δ = m/(1 − beta_1ᵗ) / (√(v/(1 − beta_2ᵗ)) + epsilon)</c>, <c>w −= rate·‖w‖/‖δ‖·δ</c>, with 1 for
/// the ratio where either norm is 0.
/// Slots: <c>momentum</c> (m), <c>velocity</c> (v), weight by weight.
/// Source: Keras 3, <c>keras.optimizers.Lamb</c>; You et al. (2019).
/// </remarks>
/// <example>Lamb: { learning_rate: 0.01, weight_decay: 0.01 }</example>
[KerasName("Lamb", "lamb")]
public sealed record Lamb : AdamLike
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], m: List[Tensor], v: List[Tensor],
                 rate: float, beta_1: float, beta_2: float, bias_1: float, bias_2: float, epsilon: float):
            g = [x.contiguous() for x in grads]
            torch._foreach_lerp_(m, g, 1 - beta_1)
            torch._foreach_mul_(v, beta_2)
            torch._foreach_addcmul_(v, g, g, 1 - beta_2)
            root = torch._foreach_div(v, bias_2)
            torch._foreach_sqrt_(root)
            torch._foreach_add_(root, epsilon)
            delta = torch._foreach_div(m, bias_1)
            torch._foreach_div_(delta, root)
            long = torch._foreach_norm(w, 2)
            short = torch._foreach_norm(delta, 2)
            for i in range(len(w)):
                ratio = 1.0
                if float(long[i]) > 0 and float(short[i]) > 0:
                    ratio = float(long[i]) / float(short[i])
                w[i].sub_(delta[i], alpha=rate * ratio)
        """);

    /// <inheritdoc/>
    internal override bool IsElementwise => false;

    internal override void AddSlots(SlotList slots) => slots.Add("momentum", "velocity");

    internal override void Move(Step step) => Script.Call(
        "move", step.Weights, step.Gradients, step["momentum"], step["velocity"], (double)step.LearningRate,
        Beta1, Beta2, (double)Bias(Beta1, step.Number), (double)Bias(Beta2, step.Number), Epsilon);
}
