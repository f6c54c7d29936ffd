using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Hosting;
using ExperimentRunner.Runner.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Does the steps of an experiment in order.</summary>
internal sealed class ExperimentRun : IDisposable
{
    private readonly RunContext _run;
    private readonly ProgramOptions _options;
    private readonly RunCheckpoints _checkpoints;
    private readonly RunKeeper _keeper;
    private readonly EstimatorSteps _estimator;
    private readonly ModelSteps _model;

    internal ExperimentRun(RunContext run, ProgramOptions options)
    {
        (_run, _options, _checkpoints) = (run, options, new RunCheckpoints(run.Folder.Checkpoints, run.Surroundings.Writer));
        _keeper = new RunKeeper(run, _checkpoints, Save);
        (_estimator, _model) = (new EstimatorSteps(run, _keeper), new ModelSteps(run, _keeper));
    }

    private SaveSteps Saving => new(_run, _model, _estimator, _keeper);

    /// <summary>Does everything; false when it was asked to stop before it was done.</summary>
    /// <param name="from">What a stopped run kept, to go on from there; null begins.</param>
    /// <param name="stop">Asks for an end after the present step.</param>
    internal bool Execute(SavedState? from, CancellationToken stop)
    {
        TorchNative.EnsureLoaded(_options.TorchFor(_run.Definition));
        using var sharing = new ProcessorSharing(_run.Clock);
        using var scope = NewDisposeScope();
        _run.Log.Information("{Name:l}: seed {Seed}, {Threads} threads", _run.Name, (long)_run.Seed.Value, get_num_threads());
        _run.Resolve();
        var inStep = TakeUp(from);
        while (_keeper.Position < _run.Definition.Run.Count)
        {
            try
            {
                stop.ThrowIfCancellationRequested();
                Do(_run.Definition.Run[_keeper.Position], inStep, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                _checkpoints.Wait();
                return false;
            }

            inStep = null;
            _keeper.NextEntry();
        }

        _run.NoteWeights(_estimator.Model);
        _checkpoints.Wait();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _estimator.Dispose();
        _model.Dispose();
        _checkpoints.Dispose();
        _run.Dispose();
    }

    private void Save(SavedState state)
    {
        _model.Save(state.At("model"));
        _estimator.Save(state.At("estimator"));
    }

    private SavedState? TakeUp(SavedState? from)
    {
        if (from is null)
        {
            return null;
        }

        var inStep = _keeper.TakeUp(from);
        foreach (var compile in _run.Definition.Run.Take(_keeper.Position).OfType<CompileStep>())
        {
            _model.Apply(compile);
        }

        _model.Restore(from.At("model"));
        _estimator.Restore(from.At("estimator"));
        return inStep;
    }

    private void Do(Step step, SavedState? from, CancellationToken stop)
    {
        switch (step)
        {
            case TrainStep train:
                _estimator.Train(train, from, stop);
                break;
            case TrainAndEvaluateStep both:
                _estimator.TrainAndEvaluate(both, from, stop);
                break;
            case EvaluateStep { InputFn: not null } evaluate:
                _estimator.Evaluate(evaluate, stop);
                break;
            case PredictStep { InputFn: not null } predict:
                _estimator.Predict(predict, stop);
                break;
            case FitStep fit:
                _model.Fit(fit, from, stop);
                break;
            case CompileStep compile:
                _model.Compile(compile);
                break;
            case SaveStep save:
                Saving.Save(save);
                break;
            case ExportStep export:
                Saving.Export(export);
                break;
            case EvaluateStep evaluate:
                _model.Evaluate(evaluate, stop);
                break;
            case PredictStep predict:
                _model.Predict(predict, stop);
                break;
            default:
                throw new InvalidOperationException($"{step.GetType().Name} has no one to do it.");
        }
    }
}
