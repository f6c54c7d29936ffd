using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Estimators.Hooks;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>What the steps that train have in common: callbacks, hooks, and the figures they report.</summary>
internal static class TrainingSteps
{
    /// <summary>Whether a step trains.</summary>
    internal static bool Trains(Step? step) => step is FitStep or TrainStep or TrainAndEvaluateStep;

    /// <summary>The callbacks that a step has itself; null where it has the experiment's, or does not train.</summary>
    internal static IReadOnlyList<Callback>? OwnCallbacks(Step? step) => step switch
    {
        FitStep fit => fit.Callbacks,
        TrainStep train => train.Callbacks,
        TrainAndEvaluateStep both => both.Callbacks,
        _ => null,
    };

    /// <summary>The callbacks that look on at a step.</summary>
    internal static IReadOnlyList<Callback> CallbacksOf(Step? step, Experiment experiment) =>
        !Trains(step) ? [] : [.. (OwnCallbacks(step) ?? experiment.Callbacks).Where(callback => callback is not null)];

    /// <summary>The hooks that look on at a step.</summary>
    internal static IReadOnlyList<Hook> HooksOf(Step? step) => step switch
    {
        TrainStep train => train.Hooks,
        TrainAndEvaluateStep both => both.Train?.Hooks ?? [],
        _ => [],
    };

    /// <summary>The names of the figures that a step reports at the end of its epochs.</summary>
    internal static IEnumerable<string> LogNamesOf(Step? step, Objective objective)
    {
        var own = objective.LogNames.ToList();
        return step switch
        {
            FitStep { ValidationData: null, ValidationSplit: 0 } or TrainStep => own,
            FitStep => own.Concat(own.Select(name => "val_" + name)),
            TrainAndEvaluateStep both => own.Concat((both.Eval ?? []).SelectMany((eval, i) => own.Select(name => (i == 0 ? "val_" : $"val_{eval?.Name}_") + name))),
            _ => [],
        };
    }
}
