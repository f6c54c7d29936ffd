using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Steps in the measure of squared gradients, kept for a matrix as one average a row and one a column.</summary>
/// <remarks>
/// With <c>βₜ = 1 − t^beta_2_decay</c> and <c>s = g² + epsilon_1</c>: <c>r = βₜ·r + (1 − βₜ)·mean(s)</c> over the last axis, <c>c</c> so over
/// the one before, <c>v = r/mean(r)·c</c>; a weight of fewer axes has <c>v = βₜ·v + (1 − βₜ)·s</c>. <c>δ = g/√v</c>,
/// <c>w −= max(epsilon_2, rms(w))·min(rate, 1/√t)·δ / max(1, rms(δ)/clip_threshold)</c>.
/// Slots, weight by weight: <c>r</c>, <c>c</c> (one 0 each where there are fewer than two axes), <c>velocity</c> (v). In Keras r and c
/// have the weight's name alone.
/// Source: Keras 3, <c>keras.optimizers.Adafactor</c>; Shazeer and Stern (2018).
/// </remarks>
/// <example>Adafactor: { learning_rate: 0.01 }</example>
[KerasName("Adafactor", "adafactor")]
public sealed record Adafactor : GradientOptimizer
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], g: List[Tensor], r: List[Tensor], c: List[Tensor], v: List[Tensor],
                 rate: float, beta: float, epsilon_1: float, epsilon_2: float, clip_threshold: float):
            squared = torch._foreach_mul(g, g)
            torch._foreach_add_(squared, epsilon_1)
            for i in range(len(w)):
                if w[i].dim() >= 2:
                    r[i].mul_(beta).add_(squared[i].mean(-1), alpha=1 - beta)
                    c[i].mul_(beta).add_(squared[i].mean(-2), alpha=1 - beta)
                    part = torch._foreach_div([r[i]], [r[i].mean(-1, keepdim=True)])[0]
                    torch.mul(part.unsqueeze(-1), c[i].unsqueeze(-2), out=v[i])
                else:
                    v[i].mul_(beta).add_(squared[i], alpha=1 - beta)
            delta = torch._foreach_div(g, torch._foreach_sqrt(v))
            long = torch._foreach_norm(w, 2)
            short = torch._foreach_norm(delta, 2)
            for i in range(len(w)):
                root = float(w[i].numel()) ** 0.5
                scale = max(epsilon_2, float(long[i]) / root) / max(1.0, float(short[i]) / root / clip_threshold)
                w[i].sub_(delta[i], alpha=rate * scale)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.001;

    /// <summary>The power of the step by which averages come to rest.</summary>
    [KerasName("beta_2_decay")]
    public double Beta2Decay { get; init; } = -0.8;

    /// <summary>Added to squared gradients.</summary>
    [KerasName("epsilon_1")]
    [AtLeast(0)]
    public double Epsilon1 { get; init; } = 1e-30;

    /// <summary>The least size that a weight counts as having.</summary>
    [KerasName("epsilon_2")]
    [AtLeast(0)]
    public double Epsilon2 { get; init; } = 1e-3;

    /// <summary>The greatest root mean square of a step, before it is scaled to the weight.</summary>
    [Above(0)]
    public double ClipThreshold { get; init; } = 1;

    /// <summary>Whether the learning rate is at most <c>1/√t</c>. In Keras's formula it always is, whatever this says; so it is here.</summary>
    public bool RelativeStep { get; init; } = true;

    /// <inheritdoc/>
    internal override bool IsElementwise => false;

    internal override void AddSlots(SlotList slots)
    {
        for (var i = 0; i < slots.Weights.Count; i++)
        {
            var shape = slots.Weights[i].Value.shape;
            slots.Add(i, "r", shape.Length < 2 ? zeros([]) : zeros(shape[..^1]));
            slots.Add(i, "c", shape.Length < 2 ? zeros([]) : zeros([.. shape[..^2], shape[^1]]));
            slots.Add(i, "velocity", zeros_like(slots.Weights[i].Value));
        }
    }

    internal override void Move(Step step) => Script.Call(
        "move", step.Weights, step.Gradients, step["r"], step["c"], step["velocity"],
        (double)MathF.Min(step.LearningRate, 1 / MathF.Sqrt(step.Number)), (double)(1 - MathF.Pow(step.Number, (float)Beta2Decay)),
        Epsilon1, Epsilon2, ClipThreshold);
}
