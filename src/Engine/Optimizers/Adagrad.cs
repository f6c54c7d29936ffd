using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Steps in the measure of all gradients so far: what moved much moves ever less.</summary>
/// <remarks>
/// <c>a += g²</c>, <c>w −= rate·g / √(a + epsilon)</c>.
/// Slots: <c>accumulator</c> (a).
/// Source: Keras 3, <c>keras.optimizers.Adagrad</c>; Duchi, Hazan and Singer (2011).
/// </remarks>
/// <example>Adagrad: { learning_rate: 0.01 }</example>
[KerasName("Adagrad", "adagrad")]
public sealed record Adagrad : GradientOptimizer
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], a: List[Tensor], rate: float, epsilon: float):
            g = [x.contiguous() for x in grads]
            torch._foreach_addcmul_(a, g, g, 1)
            root = torch._foreach_add(a, epsilon)
            torch._foreach_sqrt_(root)
            torch._foreach_addcdiv_(w, g, root, -rate)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.001;

    /// <summary>What the sum of squares starts with.</summary>
    [AtLeast(0)]
    public double InitialAccumulatorValue { get; init; } = 0.1;

    /// <summary>Added under the root, so that it is never zero.</summary>
    [AtLeast(0)]
    public double Epsilon { get; init; } = 1e-7;

    internal override void AddSlots(SlotList slots)
    {
        for (var i = 0; i < slots.Weights.Count; i++)
        {
            slots.Add(i, "accumulator", full_like(slots.Weights[i].Value, InitialAccumulatorValue));
        }
    }

    internal override void Move(Step step) =>
        Script.Call("move", step.Weights, step.Gradients, step["accumulator"], (double)step.LearningRate, Epsilon);
}
