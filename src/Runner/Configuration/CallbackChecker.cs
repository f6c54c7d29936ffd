using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Estimators.Exporters;
using ExperimentRunner.Engine.Estimators.Hooks;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Checks callbacks, hooks and exporters against the steps that they look on at: the figures they name, and the optimizer.</summary>
/// <param name="experiment">The experiment.</param>
/// <param name="objective">What the model reports; null where it is not known.</param>
/// <param name="compile">What the model is compiled for; null where it is not known.</param>
/// <param name="mistakes">Where warnings are told.</param>
/// <param name="reading">Where mistakes are told.</param>
internal sealed class CallbackChecker(Experiment experiment, Objective? objective, CompileOptions? compile, Mistakes mistakes, Reading reading)
{
    private static readonly string[] FromCallbacks = ["learning_rate"];

    /// <summary>Checks all of them.</summary>
    internal void Check()
    {
        var shared = experiment.Run.Where(step => TrainingSteps.Trains(step) && TrainingSteps.OwnCallbacks(step) is null).ToList();
        Check(experiment.Callbacks, shared, reading.In("callbacks"));
        foreach (var (step, i) in experiment.Run.Select((step, i) => (step, i)).Where(pair => TrainingSteps.Trains(pair.step)))
        {
            var at = reading.In("run").In(i).In(Catalog.NameOf(step.GetType()));
            if (TrainingSteps.OwnCallbacks(step) is { } own)
            {
                Check(own, [step], at.In("callbacks"));
            }

            CheckHooks(step, step is TrainStep ? at.In("hooks") : at.In("train").In("hooks"));
            foreach (var exporter in (step as TrainAndEvaluateStep)?.Eval?.SelectMany(eval => eval?.Exporters ?? []) ?? [])
            {
                CheckExporter(exporter, at.In("eval").In("exporters"));
            }
        }

        CheckKeep();
    }

    private void Check(IReadOnlyList<Callback> callbacks, List<Step> steps, Reading at)
    {
        foreach (var (callback, i) in callbacks.Select((callback, i) => (callback, i)).Where(pair => pair.callback is not null))
        {
            var name = Catalog.NameOf(callback.GetType());
            var place = at.In(i).In(name);
            if (callback is ISetsLearningRate && compile?.Optimizer.LearningRate.Schedule is { } schedule)
            {
                place.Fail(callback.At, $"{name} sets the learning rate, but the optimizer's follows a schedule, {Catalog.NameOf(schedule.GetType())}.", "a fixed learning rate, or no such callback");
            }

            if (callback is SwapEMAWeights && compile is not null && !KeepsAverages(compile.Optimizer))
            {
                place.Fail(callback.At, "SwapEMAWeights needs an optimizer that keeps moving averages.", "use_ema: true in the optimizer");
            }

            if (callback is MonitorCallback { Watches: true } monitor && steps.Count > 0)
            {
                CheckMonitor(monitor, Names(steps, callbacks), place);
            }

            if (callback is ModelCheckpoint checkpoint)
            {
                CheckCheckpoint(checkpoint, steps, callbacks, place);
            }
        }
    }

    /// <summary>The names that some of the steps report; null where that is not known.</summary>
    private List<string>? Names(List<Step> steps, IReadOnlyList<Callback> callbacks) => objective is null ? null
        : [.. steps.SelectMany(step => TrainingSteps.LogNamesOf(step, objective)).Distinct(), .. callbacks.Any(callback => callback is ISetsLearningRate) ? FromCallbacks : []];

    private void CheckMonitor(MonitorCallback monitor, List<string>? names, Reading place)
    {
        var name = Catalog.NameOf(monitor.GetType());
        if (names is null)
        {
            return;
        }

        if (!Logs.IsAmong(names, monitor.Monitor))
        {
            place.In("monitor").Fail(
                monitor.At,
                $"{name} watches '{monitor.Monitor}', which no step reports.{NearestName.Hint(monitor.Monitor, names)}{(monitor.Monitor.StartsWith("val_", StringComparison.Ordinal) && !names.Exists(one => one.StartsWith("val_", StringComparison.Ordinal)) ? " Without validation there is no 'val_' figure." : "")}",
                $"one of {string.Join(", ", names)}");
        }
        else if (monitor.Mode == MonitorMode.Auto && !FromCallbacks.Contains(monitor.Monitor) && HigherIsBetter(monitor.Monitor, names) is null)
        {
            place.In("mode").Fail(monitor.At, $"{name} cannot tell whether '{monitor.Monitor}' is better when it is high or low.", "mode: max or mode: min");
        }
    }

    private bool? HigherIsBetter(string monitor, List<string> names)
    {
        var found = Logs.NameIn(names, monitor) ?? monitor;
        var own = objective!.LogNames.Where(name => found == name || found.EndsWith("_" + name, StringComparison.Ordinal)).MaxBy(name => name.Length);
        return own is null ? null : objective.HigherIsBetter(own);
    }

    private void CheckCheckpoint(ModelCheckpoint checkpoint, List<Step> steps, IReadOnlyList<Callback> callbacks, Reading place)
    {
        if (!checkpoint.SaveBestOnly && Path.GetFileName(checkpoint.Filepath).Contains("best", StringComparison.OrdinalIgnoreCase))
        {
            mistakes.Warn(checkpoint.At, $"'{checkpoint.Filepath}' will hold the last epoch, not the best: save_best_only is false.", place.Path);
        }

        if (Names(steps, callbacks) is not { } names || steps.Count == 0)
        {
            return;
        }

        string[] counts = checkpoint.SaveFreq.Batches is null ? ["epoch"] : ["epoch", "batch"];
        List<string> known = [.. counts, .. checkpoint.SaveFreq.Batches is null ? names : objective!.LogNames];
        foreach (var missing in checkpoint.Template.Names.Where(name => !Logs.IsAmong(known, name)).Distinct())
        {
            place.In("filepath").Fail(
                checkpoint.At,
                $"The file's name has '{{{missing}}}' in it, which is not known when it is saved.{NearestName.Hint(missing, known)}",
                $"one of {string.Join(", ", known)}");
        }
    }

    private void CheckHooks(Step step, Reading at)
    {
        foreach (var (hook, i) in TrainingSteps.HooksOf(step).Select((hook, i) => (hook, i)).Where(pair => pair.hook is not null))
        {
            var name = Catalog.NameOf(hook.GetType());
            var place = at.In(i).In(name);
            if (hook is StopIfHook && step is TrainStep)
            {
                place.Fail(hook.At, $"{name} looks at evaluations, and 'train' makes none.", "train_and_evaluate");
            }

            string[] asked = hook is StopIfHook stopIf ? [stopIf.MetricName] : hook is LoggingTensorHook logging ? [.. logging.Tensors.Names.Except(LoggingTensorHook.Others)] : [];
            foreach (var missing in asked.Where(figure => objective is not null && !Logs.IsAmong(objective.LogNames, figure)))
            {
                place.Fail(hook.At, $"{name} asks for '{missing}', which is not measured.{NearestName.Hint(missing, objective!.LogNames)}", $"one of {string.Join(", ", objective.LogNames)}");
            }
        }
    }

    private void CheckExporter(Exporter? exporter, Reading at)
    {
        if (exporter is BestExporter best && objective is not null && !Logs.IsAmong(objective.LogNames, best.Monitor))
        {
            at.In("BestExporter").In("monitor").Fail(best.At, $"BestExporter compares '{best.Monitor}', which is not measured.{NearestName.Hint(best.Monitor, objective.LogNames)}", $"one of {string.Join(", ", objective.LogNames)}");
        }
    }

    private void CheckKeep()
    {
        if (experiment.Estimator is not { Config.Keep: { Best: > 0 } keep } estimator || objective is null)
        {
            return;
        }

        var names = experiment.Run.Where(step => step is TrainStep or TrainAndEvaluateStep).SelectMany(step => TrainingSteps.LogNamesOf(step, objective)).Distinct().ToList();
        if (names.Count > 0 && !Logs.IsAmong(names, keep.Monitor))
        {
            reading.In("estimator").In("config").In("keep").Fail(
                estimator.At, $"The best checkpoints are those by '{keep.Monitor}', which no step reports.{NearestName.Hint(keep.Monitor, names)}", $"monitor: one of {string.Join(", ", names)}");
        }
    }

    private static bool KeepsAverages(Optimizer optimizer) => optimizer switch
    {
        GradientOptimizer own => own.UseEma,
        LossScaleOptimizer { InnerOptimizer: var inner } => KeepsAverages(inner),
        _ => false,
    };
}
