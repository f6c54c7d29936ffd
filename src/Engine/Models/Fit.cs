using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Models;

/// <summary>One call of Keras's <c>fit</c>, while it lasts.</summary>
/// <param name="trainer">The model's training.</param>
/// <param name="options">How often and on what.</param>
public sealed class Fit(Trainer trainer, FitOptions options) : Training
{
    private (long First, long End) _span;
    private bool _validates;
    private bool _toldShort;
    private bool _toldNan;

    /// <inheritdoc/>
    public override Trainer Trainer { get; } = trainer;

    /// <summary>How often and on what.</summary>
    public FitOptions Options { get; } = options;

    /// <inheritdoc/>
    public override long Step => Trainer.Steps;

    /// <inheritdoc/>
    public override int? LastEpoch => Options.Epochs;

    /// <inheritdoc/>
    public override long? BatchesAnEpoch => _span.End - _span.First;

    /// <inheritdoc/>
    public override IEnumerable<string> LogNames => _validates
        ? [.. Trainer.Objective.LogNames, .. Trainer.Objective.LogNames.Select(name => "val_" + name)]
        : Trainer.Objective.LogNames;

    /// <summary>Trains.</summary>
    /// <param name="batches">The training data; their passes are without end.</param>
    /// <param name="batchesAPass">How many batches a pass over them has.</param>
    /// <param name="validation">The validation data, or null.</param>
    /// <param name="listeners">Who looks on, in order.</param>
    /// <param name="from">What an earlier, interrupted call saved, to go on from there; null begins.</param>
    /// <param name="stop">Asks for an end after the present step.</param>
    public void Run(
        IBatchSource batches, long batchesAPass, IBatchSource? validation, IReadOnlyList<TrainingListener> listeners, SavedState? from = null, CancellationToken stop = default)
    {
        using var measures = new Measures(Trainer.Objective, LossMean.OverExamples);
        using var search = new NanSearch(Trainer);
        (EpochMeasures, Epoch, _validates) = (measures, Options.InitialEpoch, validation is not null);
        Begin(listeners, from);
        try
        {
            while (Epoch < Options.Epochs && (EpochBegun || !StopRequested))
            {
                TrainEpoch(batches, batchesAPass, search, stop);
                if (!_toldNan && double.IsNaN(measures.Loss))
                {
                    Place.Warn(search.Tell(batches, Step - 1));
                    _toldNan = true;
                }

                EndEpoch(LogsOf(measures, validation, stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Interrupt();
            return;
        }

        Trainer.Optimizer.Finish();
        Tell(listener => listener.TrainEnd());
    }

    private void TrainEpoch(IBatchSource batches, long batchesAPass, NanSearch search, CancellationToken stop)
    {
        _span = BatchPlan.Epoch(Epoch - Options.InitialEpoch, batchesAPass, Options.StepsPerEpoch);
        BeginEpoch();
        if (BatchesAnEpoch < Options.StepsPerEpoch && !_toldShort)
        {
            Place.Warn($"Epoch {Epoch + 1} has {BatchesAnEpoch} batches, not {Options.StepsPerEpoch}: the data end there, and an epoch ends with them.");
            _toldShort = true;
        }

        if (!_toldNan)
        {
            search.Remember(Step, _span.First + BatchesDone);
        }

        while (BatchesDone < BatchesAnEpoch && !StopRequested)
        {
            stop.ThrowIfCancellationRequested();
            TrainOne(batches);
        }
    }

    private void TrainOne(IBatchSource batches)
    {
        Tell(listener => listener.BatchBegin());
        using (TorchSharp.torch.NewDisposeScope())
        {
            var batch = batches.At(_span.First + BatchesDone);
            Trainer.TrainStep(Step, batch, EpochMeasures!);
            (Examples, BatchesDone) = (Examples + batch.Size, BatchesDone + 1);
        }

        Tell(listener => listener.BatchEnd());
        Tell(listener => listener.AtRest());
    }

    /// <summary>The figures of the epoch: those of training, and those of validation where it is due.</summary>
    private Logs LogsOf(Measures measures, IBatchSource? validation, CancellationToken stop)
    {
        var logs = measures.Read();
        if (validation is null || !Options.Validates(Epoch + 1))
        {
            return logs;
        }

        Logs measured = [];
        Tell(listener => listener.TestBegin());
        try
        {
            measured = Trainer.Evaluate(validation, Options.ValidationSteps, stop);
        }
        finally
        {
            Tell(listener => listener.TestEnd(measured));
        }

        foreach (var (name, value) in measured.Under("val_"))
        {
            logs[name] = value;
        }

        return logs;
    }
}
