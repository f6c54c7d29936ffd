using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Execution;

/// <summary>How many steps an epoch has in the first step that trains: what <c>decay_steps: {epochs: 10}</c> is counted by.</summary>
internal static class EpochLength
{
    /// <summary>The steps; 1 where nothing trains.</summary>
    internal static long Of(Experiment experiment, RunData data, Graph graph) => experiment.Run.FirstOrDefault(TrainingSteps.Trains) switch
    {
        FitStep fit => OfFit(fit, data, graph),
        TrainStep train => OfInput(train.InputFn, experiment, data, graph),
        TrainAndEvaluateStep both => OfInput(both.Train.InputFn, experiment, data, graph),
        _ => 1,
    };

    private static long OfFit(FitStep fit, RunData data, Graph graph)
    {
        var examples = data.Find(fit.X, fit.Y, null, graph, "fit").Count;
        var kept = fit.ValidationSplit > 0 ? (long)(examples * (1 - fit.ValidationSplit)) : examples;
        var all = Math.Max((kept + fit.BatchSize - 1) / fit.BatchSize, 1);
        return Math.Min(fit.StepsPerEpoch ?? all, all);
    }

    private static long OfInput(Reference inputFn, Experiment experiment, RunData data, Graph graph)
    {
        var function = experiment.InputFns[inputFn.Name];
        var examples = data.Find(function.X, function.Y, null, graph, inputFn.Name).Count;
        return Math.Max((examples + function.BatchSize - 1) / function.BatchSize, 1);
    }
}
