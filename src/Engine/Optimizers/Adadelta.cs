using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Steps in the weights' own measure: the root mean square of past movements over that of past gradients.</summary>
/// <remarks>
/// <c>a = rho·a + (1 − rho)·g²</c>, <c>δ = g·√(d + epsilon) / √(a + epsilon)</c>, <c>d = rho·d + (1 − rho)·δ²</c>, <c>w −= rate·δ</c>.
/// Slots: <c>accumulated_grad</c> (a), <c>accumulated_delta_var</c> (d), weight by weight.
/// Source: Keras 3, <c>keras.optimizers.Adadelta</c>; Zeiler (2012). The paper has no learning rate; 1 gives its formula.
/// </remarks>
/// <example>Adadelta: { learning_rate: 1.0 }</example>
[KerasName("Adadelta", "adadelta")]
public sealed record Adadelta : GradientOptimizer
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], a: List[Tensor], d: List[Tensor], rate: float, rho: float, epsilon: float):
            g = [x.contiguous() for x in grads]
            torch._foreach_mul_(a, rho)
            torch._foreach_addcmul_(a, g, g, 1 - rho)
            delta = torch._foreach_add(d, epsilon)
            torch._foreach_div_(delta, torch._foreach_add(a, epsilon))
            torch._foreach_sqrt_(delta)
            torch._foreach_mul_(delta, g)
            torch._foreach_mul_(d, rho)
            torch._foreach_addcmul_(d, delta, delta, 1 - rho)
            torch._foreach_add_(w, delta, alpha=-rate)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.001;

    /// <summary>What part of the two averages stays in each step.</summary>
    [Between(0, 1)]
    public double Rho { get; init; } = 0.95;

    /// <summary>Added under the roots, so that they are never zero.</summary>
    [AtLeast(0)]
    public double Epsilon { get; init; } = 1e-7;

    internal override void AddSlots(SlotList slots) => slots.Add("accumulated_grad", "accumulated_delta_var");

    internal override void Move(Step step) => Script.Call(
        "move", step.Weights, step.Gradients, step["accumulated_grad"], step["accumulated_delta_var"], (double)step.LearningRate, Rho, Epsilon);
}
