using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Every value moves by the learning rate, up or down: only the sign of the averaged gradient counts.</summary>
/// <remarks>
/// <c>w −= rate·sign(beta_1·m + (1 − beta_1)·g)</c>, then <c>m = beta_2·m + (1 − beta_2)·g</c>.
/// Slots: <c>momentum</c> (m; Keras 2: <c>m</c>).
/// Source: Keras 3, <c>keras.optimizers.Lion</c>; Chen et al. (2023).
/// </remarks>
/// <example>Lion: { learning_rate: 0.0001, weight_decay: 0.1 }</example>
[KerasName("Lion", "lion")]
public sealed record Lion : GradientOptimizer
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], grads: List[Tensor], m: List[Tensor], rate: float, beta_1: float, beta_2: float):
            g = [x.contiguous() for x in grads]
            way = torch._foreach_mul(m, beta_1)
            torch._foreach_add_(way, g, alpha=1 - beta_1)
            torch._foreach_sign_(way)
            torch._foreach_add_(w, way, alpha=-rate)
            torch._foreach_mul_(m, beta_2)
            torch._foreach_add_(m, g, alpha=1 - beta_2)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.001;

    /// <summary>What part of the average, beside the gradient, tells the way.</summary>
    [KerasName("beta_1")]
    [Above(0)]
    [Between(0, 1)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>What part of the average stays in each step.</summary>
    [KerasName("beta_2")]
    [Between(0, 1)]
    public double Beta2 { get; init; } = 0.99;

    internal override void AddSlots(SlotList slots) => slots.Add("momentum");

    internal override void Move(Step step) =>
        Script.Call("move", step.Weights, step.Gradients, step["momentum"], (double)step.LearningRate, Beta1, Beta2);
}
