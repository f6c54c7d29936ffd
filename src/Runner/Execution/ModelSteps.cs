using System.Globalization;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Exporting;
using ExperimentRunner.Runner.Reporting;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Execution;

/// <summary>Does the steps that ask the Keras model.</summary>
internal sealed class ModelSteps(RunContext run, RunKeeper keeper) : IResumable, IDisposable
{
    private Trainer? _trainer;
    private int _fits;

    private Trainer Trainer => _trainer ??= run.StartTrainer();

    /// <summary>How many steps the model was trained for.</summary>
    internal long Steps => _trainer?.Steps ?? 0;

    /// <summary>The model as it is now.</summary>
    internal TrainedModel Trained => new(run.Model, run.Compile, _trainer?.Optimizer, run.Origin);

    /// <summary>Compiles the model anew; the step goes on.</summary>
    internal void Compile(CompileStep step)
    {
        var start = run.Clock.GetTimestamp();
        Apply(step);
        var steps = _trainer?.Steps ?? 0;
        _trainer?.Dispose();
        _trainer = run.StartTrainer(steps);
        run.Record.AddResult("compile", steps, run.Seconds(start), []);
    }

    /// <summary>Takes over what is to be compiled for, and what is to be trained.</summary>
    internal void Apply(CompileStep step)
    {
        TrainableLayers.Set(run.Model.Module, step.Trainable);
        run.Compile = step.Over(run.Compile ?? new CompileOptions());
    }

    /// <summary>Trains.</summary>
    /// <param name="step">What the file says.</param>
    /// <param name="from">What the same training kept when it was stopped; null begins.</param>
    /// <param name="stop">Asks for an end after the present step.</param>
    internal void Fit(FitStep step, SavedState? from, CancellationToken stop)
    {
        _fits += from is null ? 1 : 0;
        var start = run.Clock.GetTimestamp();
        using var scope = NewDisposeScope();
        var examples = run.Data.Find(step.X, step.Y, step.SampleWeight, run.Model.Graph, "fit");
        run.NoteInputs(run.Model.Graph, examples);
        var validation = step.ValidationData?.Of(step.X, step.Y) is { } said ? run.Data.Find(said.X, said.Y, said.SampleWeight, run.Model.Graph, "validation_data") : null;
        if (step.ValidationSplit > 0)
        {
            var kept = (long)(examples.Count * (1 - step.ValidationSplit));
            (examples, validation) = (examples.Part(0, kept), examples.Part(kept, examples.Count - kept));
        }

        if (step.ClassWeight is { } classWeight)
        {
            var weights = classWeight.ToDictionary(pair => int.Parse(pair.Key, CultureInfo.InvariantCulture), pair => pair.Value);
            examples = examples with { Weights = [ClassWeights.Of(examples.Targets[0], weights)] };
        }

        run.BatchSize = step.BatchSize;
        var plan = new BatchPlan
        {
            Examples = examples.Count,
            BatchSize = step.BatchSize,
            Passes = null,
            Shuffle = step.Shuffle,
            Key = run.Data.OrderOf(string.Create(CultureInfo.InvariantCulture, $"fit {_fits}")),
        };
        using var batches = examples.In(plan, stop);
        using var validationBatches = validation is null ? null : InOrder(validation, step.ValidationBatchSize ?? step.BatchSize, stop);
        var options = new FitOptions
        {
            Epochs = step.Epochs,
            InitialEpoch = step.InitialEpoch,
            StepsPerEpoch = step.StepsPerEpoch,
            ValidationSteps = step.ValidationSteps,
            Validates = epoch => step.ValidationFreq.Listed?.Contains(epoch) ?? epoch % step.ValidationFreq.Every!.Value == 0,
        };
        var fit = new Fit(Trainer, options) { Place = run.Surroundings };
        TrainingListener[] asked = [.. run.CallbacksOf(step.Callbacks)];
        TrainingListener[] own = [new FitProgress(run, _fits), keeper.Watch(othersWrite: asked.Length > 0)];
        fit.Run(batches, (plan with { Passes = 1 }).Count!.Value, validationBatches, [.. asked, .. own], from, stop);
        fit.NeedEnd(stop);
        var seconds = run.Seconds(start);
        run.Record.AddResult("fit", Trainer.Steps, seconds, fit.History.Count > 0 ? fit.History[^1].Logs : [], examples: fit.Examples, waited: run.Waited(batches, seconds));
    }

    /// <summary>Measures.</summary>
    internal void Evaluate(EvaluateStep step, CancellationToken stop)
    {
        var start = run.Clock.GetTimestamp();
        using var part = PartOf(step);
        using var ofPart = part is null ? null : new Trainer(run.InPrecision(part), run.Compile!, default, Trainer.Steps);
        var trainer = ofPart ?? Trainer;
        using var batches = InOrder(run.Data.Find(step.X!, step.Y, step.SampleWeight, (part ?? run.Model).Graph, "evaluate"), step.BatchSize, stop);
        using var examiner = new Examiner(trainer);
        var logs = trainer.Evaluate(batches, step.Steps, stop);
        examiner.Write(run.Folder, trainer.Steps, step.Name);
        run.Evaluated(logs, trainer.Objective, trainer.Steps, step.Name, start);
    }

    /// <summary>Predicts into a file.</summary>
    internal void Predict(PredictStep step, CancellationToken stop)
    {
        var start = run.Clock.GetTimestamp();
        using var scope = NewDisposeScope();
        using var part = PartOf(step);
        var model = part is null ? run.Model : run.InPrecision(part);
        using var batches = InOrder(run.Data.Find(step.X!, null, null, model.Graph, "predict"), step.BatchSize, stop);
        var rows = run.Predict(model.Graph, batches, step.Output, take => model.Predict(batches, take, stop));
        run.Predicted(rows, model.Graph.Outputs.Select(port => port.Name), step.Output, _trainer?.Steps ?? 0, start);
    }

    /// <inheritdoc/>
    public void Save(SavedState state)
    {
        state.Put("fits", _fits);
        state.Put("made", run.HasModel);
        state.Put("at_work", _trainer is not null);
        if (_trainer is not null)
        {
            run.Model.Save(state);
            _trainer.Save(state.At("trainer"));
        }
    }

    /// <inheritdoc/>
    public void Restore(SavedState state)
    {
        _fits = (int)state.Need<long>("fits");
        if (state.Need<bool>("made"))
        {
            _ = run.Model;
        }

        if (state.Need<bool>("at_work"))
        {
            run.Model.Restore(state);
            Trainer.Restore(state.At("trainer"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _trainer?.Dispose();

    /// <summary>The model among the layers that a step asks; null where it asks the whole.</summary>
    private Model? PartOf(Step step) => step.Of is { Name: not "model" } of ? ModelParts.Of(run.Model, of.Name) : null;

    private static IBatchSource InOrder(Examples examples, int batchSize, CancellationToken stop) => examples.In(new BatchPlan { Examples = examples.Count, BatchSize = batchSize }, stop);

    /// <summary>Tells the epochs of a fit: to the measurements, and to people.</summary>
    private sealed class FitProgress(RunContext run, int number) : TrainingListener
    {
        private readonly ProgressClock _clock = new(run.Clock);

        public override void BatchBegin() => _clock.Begin(Training.Step, Training.Examples);

        public override void BatchEnd()
        {
            if (run.Terminal.IsLive && _clock.IsDue())
            {
                run.Terminal.Live($"epoch {Training.Epoch + 1}/{Training.LastEpoch}  step {Training.BatchesDone}/{Training.BatchesAnEpoch}  {_clock.Rate(Training.Examples)}");
            }
        }

        public override void EpochEnd(Logs logs)
        {
            run.Terminal.Live("");
            run.Metrics.Add("fit", Training.Step, Training.Epoch, logs, fit: number > 1 ? number : null);
            run.NoteBest(logs, Training.Trainer.Objective, Training.Step);
            run.Log.Information("epoch {Epoch}/{Epochs}  {Figures:l}  {Rate:l}", Training.Epoch + 1, Training.LastEpoch, Words.Figures(logs), _clock.Rate(Training.Examples));
        }
    }
}
