using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;
using Serilog;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Does the steps of an experiment in order, and writes what comes out into the run folder.</summary>
internal sealed class ExperimentRun : IDisposable
{
    private readonly CheckedExperiment _experiment;
    private readonly RunFolder _folder;
    private readonly RunRecord _record;
    private readonly MetricsLog _metrics;
    private readonly Terminal _terminal;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ProgramOptions _options;
    private readonly RunData _data;
    private Model? _model;
    private Estimator? _estimator;

    internal ExperimentRun(
        CheckedExperiment experiment, RunFolder folder, RunRecord record, MetricsLog metrics, Terminal terminal, TimeProvider clock, ILogger log, ProgramOptions options)
    {
        (_experiment, _folder, _record, _metrics) = (experiment, folder, record, metrics);
        (_terminal, _clock, _log, _options) = (terminal, clock, log, options);
        _data = new RunData(experiment, record.SetData);
    }

    private Experiment Definition => _experiment.Definition;

    private RandomKey Seed => new((ulong)_experiment.Seed);

    private CheckpointStore Checkpoints => new(Definition.Estimator!.ModelDir?.Full ?? _folder.Checkpoints);

    /// <summary>Does everything; false when it was asked to stop before it was done.</summary>
    internal bool Execute(CancellationToken stop)
    {
        TorchNative.EnsureLoaded(new TorchNativeOptions { Threads = Definition.Runtime.Threads ?? _options.Threads, SharedCores = _options.SharedCores });
        using var scope = NewDisposeScope();
        _log.Information("{Name:l}: seed {Seed}, {Threads} threads", _experiment.Name, _experiment.Seed, get_num_threads());
        foreach (var step in Definition.Run)
        {
            try
            {
                Do(step, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return false;
            }

            if (stop.IsCancellationRequested)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _estimator?.Dispose();
        _model?.Dispose();
        _data.Dispose();
    }

    private void Do(Step step, CancellationToken stop)
    {
        switch (step)
        {
            case TrainStep train:
                Train(train, stop);
                break;
            case EvaluateStep evaluate:
                Evaluate(evaluate, stop);
                break;
            case PredictStep predict:
                Predict(predict, stop);
                break;
            default:
                throw new InvalidOperationException($"{step.GetType().Name} has no one to do it.");
        }
    }

    private void Train(TrainStep step, CancellationToken stop)
    {
        var (start, estimator) = (_clock.GetTimestamp(), NeedEstimator());
        var config = Definition.Estimator!.Config;
        using var batches = Batches(step.InputFn, estimator);
        var last = step.MaxSteps ?? (step.Steps is { } steps ? estimator.GlobalStep + steps : null);
        if (estimator.GlobalStep >= last)
        {
            _log.Information("train: step {Last} is reached already", last);
            _record.AddResult("train", estimator.GlobalStep, 0, []);
            return;
        }

        var progress = new ProgressLine(_terminal, _clock);
        var session = estimator.Train(
            batches,
            last ?? (batches.Count is { } count ? estimator.GlobalStep + count : null),
            [
                progress,
                new StepLogHook(config.LogStepCountSteps, (session, logs) => Log(session, logs, progress)),
                new CheckpointSaverHook(Checkpoints, config, _clock, (saved, path) => _log.Debug("Checkpoint {Path} at step {Step}", path, saved)),
            ],
            stop);
        _record.AddResult("train", session.GlobalStep, Seconds(start), session.LastLogs ?? []);
    }

    private void Log(TrainingSession session, Logs logs, ProgressLine progress)
    {
        _metrics.Add("train", session.GlobalStep, session.Passes, logs);
        if (!_terminal.IsLive)
        {
            _log.Information("train  {Progress:l}", progress.Text(session));
        }
    }

    private void Evaluate(EvaluateStep step, CancellationToken stop)
    {
        var (start, estimator) = (_clock.GetTimestamp(), NeedEstimator());
        using var batches = Batches(step.InputFn, estimator);
        var count = step.Steps is { } steps && batches.Count is { } all ? Math.Min(steps, all) : step.Steps ?? batches.Count;
        var logs = estimator.Evaluate(batches, step.Steps, done => _terminal.Live($"evaluate {done}/{count}"), stop);
        _terminal.Live("");
        _metrics.Add("evaluate", estimator.GlobalStep, null, logs, step.Name);
        NoteBest(logs, estimator);
        _record.AddResult("evaluate", estimator.GlobalStep, Seconds(start), logs, step.Name);
        _log.Information("evaluate  {Figures:l}", ProgressLine.Figures(logs));
    }

    private void NoteBest(Logs logs, Estimator estimator)
    {
        foreach (var (name, value) in logs.Where(pair => pair.Key != "global_step"))
        {
            if (estimator.Trainer.Objective.HigherIsBetter(name) is { } higher)
            {
                _record.NoteBest(name, value, estimator.GlobalStep, higher);
            }
        }
    }

    private void Predict(PredictStep step, CancellationToken stop)
    {
        var (start, estimator) = (_clock.GetTimestamp(), NeedEstimator());
        using var scope = NewDisposeScope();
        using var batches = Batches(step.InputFn, estimator);
        var predictions = estimator.Predict(batches, done => _terminal.Live($"predict {done}/{batches.Count}"), stop);
        _terminal.Live("");
        Npz.Write(_folder.InFolder(step.Output), predictions);
        var rows = predictions.Values.First().shape[0];
        _log.Information("predict  {Rows} rows of {Outputs:l} in {Output:l}", rows, string.Join(", ", predictions.Keys), step.Output);
        _record.AddResult("predict", estimator.GlobalStep, Seconds(start), new Logs { ["rows"] = rows });
    }

    private ColumnBatches Batches(Engine.Definitions.Reference inputFn, Estimator estimator) =>
        _data.Batches(Definition.InputFns[inputFn.Name], estimator.Model.Graph, inputFn.Name);

    /// <summary>The estimator, made when it is first needed: a copy of the model as it is then, or what its folder holds.</summary>
    private Estimator NeedEstimator()
    {
        if (_estimator is null)
        {
            _model ??= new Model(_experiment.Model!.Name, _experiment.Model.Graph, Seed.Derive("weights"));
            var seed = Definition.Estimator!.Config.TfRandomSeed is { } own ? new RandomKey((ulong)own) : Seed;
            _estimator = new Estimator(_model, Definition.Compile!, seed.Derive("steps"));
            if (Definition.Estimator.ModelDir is not null && Checkpoints.RestoreNewest(_estimator, problem => _log.Warning("{Problem:l}", problem)) is { } path)
            {
                _log.Information("The estimator goes on from {Path} at step {Step}", path, _estimator.GlobalStep);
            }
        }

        return _estimator;
    }

    private double Seconds(long start) => _clock.GetElapsedTime(start).TotalSeconds;
}
