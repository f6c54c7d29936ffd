using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Hosting;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Does the steps of an experiment in order.</summary>
internal sealed class ExperimentRun(RunContext run, ProgramOptions options) : IDisposable
{
    private readonly EstimatorSteps _estimator = new(run);
    private readonly ModelSteps _model = new(run);

    private SaveSteps Saving => new(run, _model, _estimator);

    /// <summary>Does everything; false when it was asked to stop before it was done.</summary>
    internal bool Execute(CancellationToken stop)
    {
        TorchNative.EnsureLoaded(new TorchNativeOptions { Threads = run.Definition.Runtime.Threads ?? options.Threads, SharedCores = options.SharedCores });
        using var scope = NewDisposeScope();
        run.Log.Information("{Name:l}: seed {Seed}, {Threads} threads", run.Name, (long)run.Seed.Value, get_num_threads());
        run.Resolve();
        foreach (var step in run.Definition.Run)
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

        run.NoteWeights(_estimator.Model);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _estimator.Dispose();
        _model.Dispose();
        run.Dispose();
    }

    private void Do(Step step, CancellationToken stop)
    {
        switch (step)
        {
            case TrainStep train:
                _estimator.Train(train, stop);
                break;
            case EvaluateStep { InputFn: not null } evaluate:
                _estimator.Evaluate(evaluate, stop);
                break;
            case PredictStep { InputFn: not null } predict:
                _estimator.Predict(predict, stop);
                break;
            case FitStep fit:
                _model.Fit(fit, stop);
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
