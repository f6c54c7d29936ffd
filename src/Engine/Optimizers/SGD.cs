using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Gradient descent, with momentum: <c>v = momentum·v − rate·g</c>, <c>w += v</c>.</summary>
/// <remarks>
/// Without momentum, <c>w −= rate·g</c>. Nesterov's: <c>w += momentum·v − rate·g</c>, with the new <c>v</c>.
/// Slots: <c>momentum</c>, where there is one.
/// Source: Keras 3, <c>keras.optimizers.SGD</c>.
/// </remarks>
/// <example>SGD: { learning_rate: 0.1, momentum: 0.9 }</example>
[KerasName("SGD", "sgd")]
public sealed record SGD : GradientOptimizer
{
    private static readonly TorchScript Script = new("""
        def descend(w: List[Tensor], g: List[Tensor], rate: float):
            torch._foreach_add_(w, g, alpha=-rate)

        def roll(w: List[Tensor], grads: List[Tensor], v: List[Tensor], rate: float, momentum: float, nesterov: bool):
            g = [x.contiguous() for x in grads]
            torch._foreach_mul_(v, momentum)
            torch._foreach_add_(v, g, alpha=-rate)
            if nesterov:
                torch._foreach_add_(w, v, alpha=momentum)
                torch._foreach_add_(w, g, alpha=-rate)
            else:
                torch._foreach_add_(w, v)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.01;

    /// <summary>What part of a step's movement goes on in the next.</summary>
    [Between(0, 1)]
    public double Momentum { get; init; }

    /// <summary>Whether the gradient counts as it will be after the movement that goes on.</summary>
    public bool Nesterov { get; init; }

    internal override void AddSlots(SlotList slots)
    {
        if (Momentum != 0)
        {
            slots.Add("momentum");
        }
    }

    internal override void Move(Step step)
    {
        if (Momentum == 0)
        {
            Script.Call("descend", step.Weights, step.Gradients, (double)step.LearningRate);
        }
        else
        {
            Script.Call("roll", step.Weights, step.Gradients, step["momentum"], (double)step.LearningRate, Momentum, Nesterov);
        }
    }
}
