using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>How gradients move weights. This is the definition; <see cref="Start"/> gives it the weights.</summary>
[IgnoredOption("jit_compile")]
[IgnoredOption("is_legacy_optimizer")]
public abstract record Optimizer
{
    /// <summary>The optimizer's name; null is the class's own.</summary>
    public string? Name { get; init; }

    /// <summary>The learning rate, fixed or by a schedule. The default differs from optimizer to optimizer.</summary>
    [OldName("lr")]
    public abstract LearningRate LearningRate { get; init; }

    /// <summary>The name that paths of slots begin with: <c>rm_sprop</c>.</summary>
    internal string PathName => Name ?? SnakeCase.From(Catalog.NameOf(GetType()));

    /// <summary>The same optimizer, what its schedule gives in epochs counted in steps.</summary>
    public virtual Optimizer InSteps(long stepsPerEpoch) =>
        LearningRate.Schedule is { } schedule ? this with { LearningRate = new LearningRate(schedule.InSteps(stepsPerEpoch)) } : this;

    /// <summary>Begins to optimize these weights, in this order; slots are named and ordered as in Keras's files.</summary>
    public abstract OptimizerState Start(IReadOnlyList<Weight> weights);
}
