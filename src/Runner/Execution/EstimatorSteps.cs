using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Estimators.Hooks;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Exporting;
using ExperimentRunner.Runner.Reporting;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Does the steps that ask the estimator.</summary>
internal sealed class EstimatorSteps(RunContext run, RunKeeper keeper) : IResumable, IDisposable
{
    private const int StepsLookedAt = 100; // how often a loss that is no number is looked for where no line of figures is asked for
    private Estimator? _estimator;

    /// <summary>The estimator's own model; null while there is no estimator.</summary>
    internal Model? Model => _estimator?.Model;

    private EstimatorSection Section => run.Definition.Estimator!;

    private CheckpointStore Checkpoints => new(Section.Folder?.Full ?? run.Folder.Checkpoints);

    /// <summary>Trains.</summary>
    /// <param name="step">What the file says.</param>
    /// <param name="from">What the same training kept when it was stopped; null begins.</param>
    /// <param name="stop">Asks for an end after the present step.</param>
    internal void Train(TrainStep step, SavedState? from, CancellationToken stop)
    {
        var (start, estimator) = (run.Clock.GetTimestamp(), NeedEstimator());
        var first = from?.Need<long>("first_step") ?? estimator.GlobalStep;
        using var batches = Batches(step.InputFn, estimator, stop);
        var last = step.MaxSteps ?? (step.Steps is { } steps ? first + steps : null);
        if (first >= last)
        {
            run.Log.Information("train: step {Last} is reached already", last);
            run.Record.AddResult("train", estimator.GlobalStep, 0, []);
            return;
        }

        var session = estimator.Train(
            batches,
            last ?? (batches.Count is { } count ? first + count : null),
            Listeners(step),
            run.Surroundings,
            from,
            stop: stop);
        session.NeedEnd(stop);
        var seconds = run.Seconds(start);
        run.Record.AddResult("train", session.Step, seconds, session.LastLogs ?? [], examples: session.Examples, waited: run.Waited(batches, seconds));
    }

    /// <summary>Trains, and measures meanwhile.</summary>
    /// <param name="step">What the file says.</param>
    /// <param name="from">What the same training kept when it was stopped; null begins.</param>
    /// <param name="stop">Asks for an end after the present step.</param>
    internal void TrainAndEvaluate(TrainAndEvaluateStep step, SavedState? from, CancellationToken stop)
    {
        var (start, estimator) = (run.Clock.GetTimestamp(), NeedEstimator());
        var first = from?.Need<long>("first_step") ?? estimator.GlobalStep;
        using var batches = Batches(step.Train.InputFn, estimator, stop);
        if (first >= step.Train.MaxSteps)
        {
            run.Log.Information("train_and_evaluate: step {Last} is reached already", step.Train.MaxSteps);
            run.Record.AddResult("train_and_evaluate", estimator.GlobalStep, 0, []);
            return;
        }

        var data = step.Eval.Select(eval => Batches(eval.InputFn, estimator, stop)).ToList();
        try
        {
            var session = estimator.Train(
                batches,
                step.Train.MaxSteps ?? (batches.Count is { } count ? first + count : null),
                Listeners(step),
                run.Surroundings,
                from,
                [.. step.Eval.Zip(data, (eval, examples) => EvaluationOf(eval, examples))],
                stop);
            session.NeedEnd(stop);
            var seconds = run.Seconds(start);
            run.Record.AddResult("train_and_evaluate", session.Step, seconds, session.Evaluations[0].LastLogs ?? [], examples: session.Examples, waited: run.Waited(batches, seconds));
        }
        finally
        {
            data.ForEach(examples => examples.Dispose());
        }
    }

    /// <summary>Measures.</summary>
    internal void Evaluate(EvaluateStep step, CancellationToken stop)
    {
        var (start, estimator) = (run.Clock.GetTimestamp(), NeedEstimator());
        using var batches = Batches(step.InputFn!, estimator, stop);
        var count = step.Steps is { } steps && batches.Count is { } all ? Math.Min(steps, all) : step.Steps ?? batches.Count;
        using var examiner = new Examiner(estimator.Trainer);
        var logs = estimator.Evaluate(batches, step.Steps, done => run.Terminal.Live($"evaluate {done}/{count}"), stop);
        examiner.Write(run.Folder, estimator.GlobalStep, step.Name);
        run.Evaluated(logs, estimator.Trainer.Objective, estimator.GlobalStep, step.Name, start);
    }

    /// <summary>Predicts into a file.</summary>
    internal void Predict(PredictStep step, CancellationToken stop)
    {
        var (start, estimator) = (run.Clock.GetTimestamp(), NeedEstimator());
        using var scope = NewDisposeScope();
        using var batches = Batches(step.InputFn!, estimator, stop);
        var graph = estimator.Model.Graph;
        var rows = run.Predict(graph, batches, step.Output, take => estimator.Predict(batches, take, stop));
        run.Predicted(rows, graph.Outputs.Select(port => port.Name), step.Output, estimator.GlobalStep, start);
    }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        state.Put("at_work", _estimator is not null);
        _estimator?.Save(state);
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        if (state.Need<bool>("at_work"))
        {
            _estimator = Convert();
            _estimator.Restore(state);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _estimator?.Dispose();

    /// <summary>Who looks on at a step: what the file says, then those who tell and keep.</summary>
    private IReadOnlyList<TrainingListener> Listeners(Step step)
    {
        var progress = new TrainProgress(run.Terminal, run.Clock);
        var config = Section.Config;
        TrainingListener[] asked = [.. run.CallbacksOf(TrainingSteps.OwnCallbacks(step)), .. TrainingSteps.HooksOf(step).Select(hook => hook.Start(run.Surroundings))];
        return
        [
            .. asked,
            progress,
            .. config.SaveSummarySteps is { } every ? new[] { new SummarySaverHook { SaveSteps = every, OutputDir = Section.Folder?.Full ?? "summaries" }.Start(run.Surroundings) } : [],
            new StepLogHook(config.LogStepCountSteps ?? StepsLookedAt, (session, logs) => Tell(session, logs, progress)),
            new CheckpointSaverHook(Checkpoints, config, run.Clock, (saved, path) => run.Log.Debug("Checkpoint {Path} at step {Step}", path, saved)),
            keeper.Watch(othersWrite: asked.Length > 0 || step is TrainAndEvaluateStep),
        ];
    }

    /// <summary>An evaluation of the live weights; its figures are told as those of a step are.</summary>
    private Evaluation EvaluationOf(EvalSpec eval, IBatchSource examples)
    {
        var (count, config) = (Math.Min(eval.Steps ?? long.MaxValue, examples.Count ?? long.MaxValue), Section.Config);
        return new Evaluation
        {
            Name = eval.Name,
            Batches = examples,
            Steps = eval.Steps,
            EverySteps = eval.Every is null ? config.SaveCheckpointsSteps : eval.Every.Steps,
            EverySeconds = eval.Every is not null ? eval.Every.Secs : config.SaveCheckpointsSteps is null ? config.SaveCheckpointsSecs ?? CheckpointSaverHook.DefaultSeconds : null,
            EveryPasses = eval.Every?.Epochs,
            StartDelaySeconds = eval.StartDelaySecs,
            ThrottleSeconds = eval.ThrottleSecs,
            Exporters = [.. eval.Exporters.Select(exporter => exporter.Start(Path.Combine(Section.Folder?.Full ?? run.Folder.Path, "export")))],
            Progress = done => run.Terminal.Live($"evaluate{Words.After(eval.Name)} {done}/{count}"),
            Tell = (session, evaluation, logs) =>
            {
                run.Terminal.Live("");
                run.Metrics.Add("evaluate", session.Step, null, logs, evaluation.Name);
                run.NoteBest(logs, session.Trainer.Objective, session.Step);
                run.Log.Information("evaluate{Name:l}  step {Step}  {Figures:l}", Words.After(evaluation.Name), session.Step, Words.Figures(logs));
            },
        };
    }

    private void Tell(TrainingSession session, Logs logs, TrainProgress progress)
    {
        if (Section.Config.LogStepCountSteps is null)
        {
            return;
        }

        run.Metrics.Add("train", session.Step, session.Passes, logs);
        if (!run.Terminal.IsLive)
        {
            run.Log.Information("train  {Progress:l}", progress.Text(session));
        }
    }

    private IBatchSource Batches(Reference inputFn, Estimator estimator, CancellationToken stop)
    {
        var function = run.Definition.InputFns[inputFn.Name];
        var examples = run.Data.Find(function.X, function.Y, function.SampleWeight, estimator.Model.Graph, inputFn.Name);
        run.NoteInputs(estimator.Model.Graph, examples);
        run.BatchSize = function.BatchSize;
        return examples.In(new BatchPlan
        {
            Examples = examples.Count,
            BatchSize = function.BatchSize,
            Passes = function.NumEpochs,
            Shuffle = function.Shuffle,
            Key = run.Data.OrderOf(inputFn.Name),
            RunsOn = true,
            DropRemainder = function.DropRemainder,
        }, stop);
    }

    /// <summary>How many steps the estimator was trained for.</summary>
    internal long GlobalStep => _estimator?.GlobalStep ?? 0;

    /// <summary>The estimator as it is now; made when it is first needed.</summary>
    internal TrainedModel Trained => new(NeedEstimator().Model, NeedEstimator().Trainer.Options, NeedEstimator().Trainer.Optimizer, null);

    /// <summary>Converts the model of the file, or a saved one; what was loaded is let go.</summary>
    private Estimator Convert()
    {
        var seed = (Section.Config.TfRandomSeed is { } own ? new RandomKey((ulong)own) : run.Seed).Derive("steps");
        if (Section.Mode == EstimatorMode.KerasModelPath)
        {
            var path = run.PathOf(Section.KerasModelPath!);
            using var loaded = NamedModel.Open(path);
            var compile = loaded.Compile ?? run.Definition.Compile
                ?? throw new EstimatorException($"{path} is not compiled: it does not say what the estimator is trained for.");
            run.Log.Information("The estimator is made from {Path:l}", path);
            return new Estimator(run.InPrecision(loaded.Model), compile, seed);
        }

        return new Estimator(run.Model, run.Compile!, seed);
    }

    private void WarmStart(Estimator estimator)
    {
        if (Section.WarmStartFrom is { } warm)
        {
            WarmStarting.Start(estimator, warm, run.PathOf(warm.CkptToInitializeFrom));
            run.Log.Information("The estimator starts with weights of {Path:l}", warm.CkptToInitializeFrom.Written);
        }
    }

    /// <summary>The estimator, made when it is first needed: a copy of the model as it is then, or what its folder holds.</summary>
    private Estimator NeedEstimator()
    {
        if (_estimator is null)
        {
            _estimator = Convert();
            WarmStart(_estimator);
            if (Section.Folder is not null && Checkpoints.RestoreNewest(_estimator, problem => run.Log.Warning("{Problem:l}", problem)) is { } path)
            {
                run.Log.Information("The estimator goes on from {Path} at step {Step}", path, _estimator.GlobalStep);
            }
        }

        return _estimator;
    }
}
