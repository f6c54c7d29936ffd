using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using TorchSharp;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>One call of an estimator's <c>train</c>, while it lasts. An epoch of it is a pass over the data.</summary>
public sealed class TrainingSession : Training
{
    private readonly IBatchSource _batches;
    private long _number;

    internal TrainingSession(Estimator estimator, IBatchSource batches, long? lastStep)
    {
        (Estimator, _batches, FirstStep, LastStep) = (estimator, batches, estimator.GlobalStep, lastStep);
        Measures = new Measures(Trainer.Objective, LossMean.OverBatches);
    }

    /// <summary>The estimator that trains.</summary>
    public Estimator Estimator { get; }

    /// <inheritdoc/>
    public override Trainer Trainer => Estimator.Trainer;

    /// <inheritdoc/>
    public override long Step => Estimator.GlobalStep;

    /// <inheritdoc/>
    public override IEnumerable<string> LogNames => Trainer.Objective.LogNames;

    /// <summary>The step at which this training began.</summary>
    public long FirstStep { get; private set; }

    /// <summary>The step it trains to; null when only the end of the data ends it.</summary>
    public long? LastStep { get; }

    /// <summary>What was measured since the last line of figures.</summary>
    public Measures Measures { get; }

    /// <summary>The last line of figures, or null before the first.</summary>
    public Logs? LastLogs { get; private set; }

    /// <summary>How many whole passes over the data this training has made.</summary>
    public long Passes { get; private set; }

    private bool Done => StopRequested || Step >= LastStep || _number >= _batches.Count;

    /// <summary>Reads what was measured since the last line, and begins a new line.</summary>
    public Logs ReadLine()
    {
        LastLogs = Measures.Read();
        Measures.Reset();
        return LastLogs;
    }

    /// <inheritdoc/>
    public override void Save(SavedState state)
    {
        base.Save(state);
        state.Put("first_step", FirstStep);
        state.Put("number", _number);
        state.Put("passes", Passes);
        state.Put("last_logs", LastLogs?.ToJson());
        Measures.Save(state.At("line"));
    }

    /// <inheritdoc/>
    public override void Restore(SavedState state)
    {
        base.Restore(state);
        FirstStep = state.Need<long>("first_step");
        _number = state.Need<long>("number");
        Passes = state.Need<long>("passes");
        LastLogs = state.Value("last_logs") is { } logs ? Logs.FromJson(logs.AsObject()) : null;
        Measures.Restore(state.At("line"));
    }

    /// <summary>Trains to the end.</summary>
    internal void Run(IReadOnlyList<TrainingListener> listeners, SavedState? from, CancellationToken stop)
    {
        using var line = Measures;
        using var epoch = listeners.All(listener => listener is TrainingHook) ? null : new Measures(Trainer.Objective, LossMean.OverExamples);
        EpochMeasures = epoch;
        Begin(listeners, from);
        try
        {
            for (; ; TrainOne())
            {
                if (Passes > Epoch) // asked before a step, not after one: a training may be taken up in between
                {
                    EndEpoch(LogsSoFar);
                }

                if (Done)
                {
                    break;
                }

                stop.ThrowIfCancellationRequested();
                BeginEpoch();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Interrupt();
            return;
        }

        Tell(listener => listener.TrainEnd());
    }

    private void TrainOne()
    {
        Tell(listener => listener.BatchBegin());
        using (torch.NewDisposeScope())
        {
            var batch = _batches.At(_number);
            Estimator.Step(batch, Measures, EpochMeasures);
            (Examples, BatchesDone, Passes) = (Examples + batch.Size, BatchesDone + 1, _batches.PassesAfter(_number));
            _number++;
        }

        Tell(listener => listener.BatchEnd());
        Tell(listener => listener.AtRest());
    }
}
