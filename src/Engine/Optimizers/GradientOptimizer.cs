using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>What Keras's optimizers have in common: all but the formula by which a gradient moves a weight.</summary>
/// <remarks>
/// A step does, in this order: gradients are divided by the loss scale; gathered, where they are accumulated; clipped; weights
/// decay; weights move; averages of the weights follow; constraints are obeyed; the step is counted.
/// Source: Keras 3, <c>keras.optimizers.Optimizer</c>.
/// </remarks>
public abstract record GradientOptimizer : Optimizer, IChecked
{
    private static readonly TorchScript Script = new("""
        def shrink(w: List[Tensor], part: float):
            torch._foreach_mul_(w, 1 - part)
        """);

    /// <summary>What part of each weight is taken off it in every step, times the learning rate, apart from the gradient.</summary>
    [AtLeast(0)]
    public virtual double? WeightDecay { get; init; }

    /// <summary>The greatest norm of a weight's gradient; longer ones are scaled down, each by itself.</summary>
    [Above(0)]
    public double? Clipnorm { get; init; }

    /// <summary>The greatest absolute value of an element of a gradient.</summary>
    [Above(0)]
    public double? Clipvalue { get; init; }

    /// <summary>The greatest norm of all gradients together; longer ones are scaled down together.</summary>
    [Above(0)]
    public double? GlobalClipnorm { get; init; }

    /// <summary>Whether a moving average of the weights is kept, and put in their place at the end of <c>fit</c>.</summary>
    public bool UseEma { get; init; }

    /// <summary>What part of the moving average stays in each step.</summary>
    [Between(0, 1)]
    public double EmaMomentum { get; init; } = 0.99;

    /// <summary>After how many steps the weights are overwritten by their average; null is at the end only.</summary>
    [AtLeast(1)]
    public int? EmaOverwriteFrequency { get; init; }

    /// <summary>What the loss is multiplied by, and the gradients divided by, against underflow in 16 bits.</summary>
    [Above(0)]
    public double? LossScaleFactor { get; init; }

    /// <summary>Over how many steps gradients are gathered before the weights move by their mean.</summary>
    [AtLeast(2)]
    public int? GradientAccumulationSteps { get; init; }

    /// <summary>
    /// Keras 1's and 2's decay of the learning rate: a step's is <c>rate / (1 + decay·step)</c>, the first step being 0. Keras 3 says
    /// <c>InverseTimeDecay</c> for it.
    /// </summary>
    [AtLeast(0)]
    [WrittenWhereSet]
    public double? Decay { get; init; }

    /// <summary>What <see cref="Decay"/> makes of the learning rate, where that is what it means.</summary>
    private protected virtual double RateDecay => Decay ?? 0;

    /// <inheritdoc/>
    public sealed override OptimizerState Start(IReadOnlyList<Weight> weights) => new GradientOptimizerState(this, weights);

    /// <summary>Whether the formula looks at nothing but each value of a weight alone, so that weights may be moved as one.</summary>
    internal virtual bool IsElementwise => true;

    /// <summary>Adds what is kept for the weights, in the order in which Keras adds it.</summary>
    internal abstract void AddSlots(SlotList slots);

    /// <summary>The learning rate that moves weights in a step, from the one that is shown.</summary>
    internal float RateOf(float shown, long step) => RateDecay == 0 ? shown : shown / (1 + ((float)RateDecay * step));

    /// <summary>Lets weights decay, in place, before they move.</summary>
    internal virtual void Shrink(Step step) => Shrink(step, WeightDecay);

    /// <summary>Moves weights, in place: the optimizer's formula.</summary>
    internal abstract void Move(Step step);

    /// <inheritdoc/>
    public virtual IEnumerable<OptionMistake> FindMistakes()
    {
        (string Name, double? Limit)[] limits = [("clipnorm", Clipnorm), ("global_clipnorm", GlobalClipnorm), ("clipvalue", Clipvalue)];
        if (limits.Where(limit => limit.Limit is not null).ToArray() is [var first, var second, ..])
        {
            yield return new OptionMistake(
                second.Name, $"Gradients are clipped by '{first.Name}' already.", "only one of clipnorm, global_clipnorm and clipvalue");
        }
    }

    /// <summary>Takes a part of weights off them, in place, times the learning rate.</summary>
    private protected static void Shrink(Step step, double? part)
    {
        if (part is not null && step.Weights.Length > 0)
        {
            Script.Call("shrink", step.Weights, (double)part * step.LearningRate);
        }
    }
}
