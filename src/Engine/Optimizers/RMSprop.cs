using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Steps in the measure of a moving average of the squared gradient, perhaps with momentum.</summary>
/// <remarks>
/// <c>v = rho·v + (1 − rho)·g²</c>, <c>δ = rate·g / √(v + epsilon)</c>; centered, the root is of <c>v − a² + epsilon</c> with
/// <c>a = rho·a + (1 − rho)·g</c>. <c>w −= δ</c>, or with momentum <c>b = momentum·b + δ</c>, <c>w −= b</c>.
/// Slots: <c>velocity</c> (v) of all weights, then <c>momentum</c> (b) of all, then <c>average_gradient</c> (a) of all, where used.
/// Source: Keras 3, <c>keras.optimizers.RMSprop</c>; Hinton (2012), lecture 6e.
/// </remarks>
/// <example>RMSprop: { learning_rate: 0.001, rho: 0.9 }</example>
[KerasName("RMSprop", "rmsprop")]
public sealed record RMSprop : GradientOptimizer
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], v: List[Tensor], b: List[Tensor], a: List[Tensor],
                 rate: float, rho: float, momentum: float, epsilon: float, centered: bool):
            g = [x.contiguous() for x in grads]
            torch._foreach_mul_(v, rho)
            torch._foreach_addcmul_(v, g, g, 1 - rho)
            if centered:
                torch._foreach_lerp_(a, g, 1 - rho)
                root = torch._foreach_addcmul(v, a, a, -1)
                torch._foreach_add_(root, epsilon)
            else:
                root = torch._foreach_add(v, epsilon)
            torch._foreach_sqrt_(root)
            if momentum > 0:
                torch._foreach_mul_(b, momentum)
                torch._foreach_addcdiv_(b, g, root, rate)
                torch._foreach_sub_(w, b)
            else:
                torch._foreach_addcdiv_(w, g, root, -rate)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.001;

    /// <summary>What part of the averages stays in each step.</summary>
    [Between(0, 1)]
    public double Rho { get; init; } = 0.9;

    /// <summary>What part of a step's movement goes on in the next.</summary>
    [Between(0, 1)]
    public double Momentum { get; init; }

    /// <summary>Added under the root, so that it is never zero.</summary>
    [AtLeast(0)]
    public double Epsilon { get; init; } = 1e-7;

    /// <summary>Whether the measure is the gradient's variance, not its mean square.</summary>
    public bool Centered { get; init; }

    internal override void AddSlots(SlotList slots)
    {
        slots.Add("velocity");
        if (Momentum > 0)
        {
            slots.Add("momentum");
        }

        if (Centered)
        {
            slots.Add("average_gradient");
        }
    }

    internal override void Move(Step step) => Script.Call(
        "move", step.Weights, step.Gradients, step["velocity"], Momentum > 0 ? step["momentum"] : [], Centered ? step["average_gradient"] : [],
        (double)step.LearningRate, Rho, Momentum, Epsilon, Centered);
}
