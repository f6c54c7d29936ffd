using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>Moves matrices by momentum made orthogonal, so that all directions count alike; everything else by AdamW.</summary>
/// <remarks>
/// For a weight of two axes: <c>m = momentum·m + g</c>, <c>x</c> is <c>m</c> (Nesterov's: <c>g + momentum·m</c>) made nearly orthogonal by
/// <c>ns_steps</c> of Newton and Schulz, <c>w −= rate·rms_rate·√(the longer axis)·x</c>. Weights that are no matrix, embeddings and excluded
/// ones move as in <see cref="AdamW"/>.
/// Slots, weight by weight: <c>momentum</c>, and <c>velocity</c> where AdamW moves the weight.
/// Source: Keras 3, <c>keras.optimizers.Muon</c>; Jordan et al. (2024), Liu et al. (2025).
/// </remarks>
/// <example>Muon: { learning_rate: 0.001, exclude_layers: [output] }</example>
[KerasName("Muon", "muon")]
public sealed record Muon : GradientOptimizer, IChecked
{
    private static readonly TorchScript Script = new("""
        def move(w: List[Tensor], g: List[Tensor], m: List[Tensor], rate: float, momentum: float, nesterov: bool,
                 a: float, b: float, c: float, steps: int, rms_rate: float, adjust: bool):
            for i in range(len(w)):
                m[i].mul_(momentum).add_(g[i])
                x = m[i]
                if nesterov:
                    x = torch.add(g[i], x, alpha=momentum)
                tall = x.size(0) > x.size(1)
                if tall:
                    x = x.t()
                x = torch._foreach_div([x], float(x.norm()) + 1e-7)[0]
                for _ in range(steps):
                    s = x.mm(x.t())
                    x = torch.addmm(x, torch.addmm(s, s, s, beta=b, alpha=c), x, beta=a)
                if tall:
                    x = x.t()
                scale = rate
                if adjust:
                    scale = rate * rms_rate * max(x.size(0), x.size(1)) ** 0.5
                w[i].sub_(x, alpha=scale)
        """);

    /// <inheritdoc/>
    public override LearningRate LearningRate { get; init; } = 0.001;

    /// <summary>AdamW's <c>beta_1</c>.</summary>
    [KerasName("adam_beta_1")]
    [Between(0, 1)]
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>AdamW's <c>beta_2</c>.</summary>
    [KerasName("adam_beta_2")]
    [Between(0, 1)]
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>AdamW's weight decay; <c>weight_decay</c> is that of the matrices.</summary>
    [AtLeast(0)]
    public double? AdamWeightDecay { get; init; } = 0.004;

    /// <summary>AdamW's <c>epsilon</c>.</summary>
    [AtLeast(0)]
    public double Epsilon { get; init; } = 1e-7;

    /// <inheritdoc/>
    public override double? WeightDecay { get; init; } = 0.004;

    /// <summary>Regular expressions; AdamW moves the weights whose path holds a match.</summary>
    public IReadOnlyList<string>? ExcludeLayers { get; init; }

    /// <summary>Whether AdamW moves the weights whose path has <c>embedding</c> in it.</summary>
    public bool ExcludeEmbeddings { get; init; } = true;

    /// <summary>The polynomial's coefficient of x.</summary>
    public double MuonA { get; init; } = 3.4445;

    /// <summary>The polynomial's coefficient of x³.</summary>
    public double MuonB { get; init; } = -4.7750;

    /// <summary>The polynomial's coefficient of x⁵.</summary>
    public double MuonC { get; init; } = 2.0315;

    /// <summary>What the learning rate is multiplied by for AdamW.</summary>
    public double AdamLrRatio { get; init; } = 1;

    /// <summary>What part of a step's movement goes on in the next.</summary>
    [Between(0, 1)]
    public double Momentum { get; init; } = 0.95;

    /// <summary>How many steps of Newton and Schulz are made.</summary>
    [AtLeast(0)]
    public int NsSteps { get; init; } = 5;

    /// <summary>Whether the gradient counts as it will be after the movement that goes on.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>The root mean square of a step, so that Adam's learning rates fit; null leaves steps as they are.</summary>
    public double? RmsRate { get; init; } = 0.2;

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() => base.FindMistakes().Concat(
        (ExcludeLayers ?? []).Where(pattern => !IsPattern(pattern))
            .Select(pattern => new OptionMistake("exclude_layers", $"'{pattern}' is no regular expression.", "a list of regular expressions")));

    /// <inheritdoc/>
    internal override bool IsElementwise => false;

    internal override void AddSlots(SlotList slots)
    {
        for (var i = 0; i < slots.Weights.Count; i++)
        {
            slots.Add(i, "momentum", zeros_like(slots.Weights[i].Value));
            if (MovesByAdam(slots.Weights[i]))
            {
                slots.Add(i, "velocity", zeros_like(slots.Weights[i].Value));
            }
        }
    }

    internal override void Shrink(Step step)
    {
        Shrink(step.Only(MovesByAdam), AdamWeightDecay);
        Shrink(step.Only((Weight weight) => !MovesByAdam(weight)), WeightDecay);
    }

    internal override void Move(Step step)
    {
        if (step.Only(MovesByAdam) is { Weights.Length: > 0 } others)
        {
            Adam.Move(others, others.LearningRate * (float)AdamLrRatio, AdamBeta1, AdamBeta2, Epsilon, amsgrad: false);
        }

        if (step.Only((Weight weight) => !MovesByAdam(weight)) is { Weights.Length: > 0 } matrices)
        {
            Script.Call(
                "move", matrices.Weights, matrices.Gradients, matrices["momentum"], (double)matrices.LearningRate, Momentum, Nesterov,
                MuonA, MuonB, MuonC, NsSteps, RmsRate ?? 0, RmsRate is not null);
        }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            return Regex.IsMatch("", pattern) || true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private bool MovesByAdam(Weight weight) =>
        weight.Shape.Count != 2
        || (ExcludeEmbeddings && weight.Path.Contains("embedding", StringComparison.OrdinalIgnoreCase))
        || (ExcludeLayers ?? []).Any(pattern => Regex.IsMatch(weight.Path, pattern));
}
