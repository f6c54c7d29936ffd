using System.Globalization;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using TorchSharp;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>
/// One call of an estimator's <c>train</c> or <c>train_and_evaluate</c>, while it lasts. An epoch of it is a pass over the data, and where
/// it is evaluated, the stretch up to its first evaluation, whose figures are the <c>val_</c> values.
/// </summary>
public sealed class TrainingSession : Training
{
    private readonly IBatchSource _batches;
    private long _number;
    private long _passesEnded;

    internal TrainingSession(Estimator estimator, IBatchSource batches, long? lastStep, IReadOnlyList<Evaluation> evaluations)
    {
        (Estimator, _batches, FirstStep, LastStep, Evaluations) = (estimator, batches, estimator.GlobalStep, lastStep, evaluations);
        Measures = new Measures(Trainer.Objective, LossMean.OverBatches);
    }

    /// <summary>The estimator that trains.</summary>
    public Estimator Estimator { get; }

    /// <inheritdoc/>
    public override Trainer Trainer => Estimator.Trainer;

    /// <inheritdoc/>
    public override long Step => Estimator.GlobalStep;

    /// <inheritdoc/>
    public override IEnumerable<string> LogNames =>
        Trainer.Objective.LogNames.Concat(Evaluations.SelectMany((_, i) => Trainer.Objective.LogNames.Select(name => PrefixOf(i) + name)));

    /// <summary>What the estimator is measured on while it trains.</summary>
    public IReadOnlyList<Evaluation> Evaluations { get; }

    /// <summary>Which of them is being made.</summary>
    public int EvaluationAtWork { get; private set; }

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

    /// <inheritdoc/>
    public override bool? HigherIsBetter(string name)
    {
        var prefix = Enumerable.Range(0, Evaluations.Count).Select(PrefixOf).OrderByDescending(prefix => prefix.Length)
            .FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
        return base.HigherIsBetter(prefix is null ? name : name[prefix.Length..]);
    }

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
        state.Put("passes_ended", _passesEnded);
        state.Put("last_logs", LastLogs?.ToJson());
        Measures.Save(state.At("line"));
        for (var i = 0; i < Evaluations.Count; i++)
        {
            Evaluations[i].Save(CornerOf(state, i));
        }
    }

    /// <inheritdoc/>
    public override void Restore(SavedState state)
    {
        base.Restore(state);
        FirstStep = state.Need<long>("first_step");
        _number = state.Need<long>("number");
        Passes = state.Need<long>("passes");
        _passesEnded = state.Need<long>("passes_ended");
        LastLogs = state.Value("last_logs") is { } logs ? Logs.FromJson(logs.AsObject()) : null;
        Measures.Restore(state.At("line"));
        for (var i = 0; i < Evaluations.Count; i++)
        {
            Evaluations[i].Restore(CornerOf(state, i));
        }
    }

    /// <summary>Remembers the training as it is, the loss being a number.</summary>
    internal void Remember(NanSearch search) => search.Remember(Step, _number);

    /// <summary>Says where the loss stopped being a number.</summary>
    internal string TellNan(NanSearch search) => search.Tell(_batches, Step - 1);

    /// <summary>Trains to the end.</summary>
    internal void Run(IReadOnlyList<TrainingListener> listeners, SavedState? from, CancellationToken stop)
    {
        using var line = Measures;
        using var epoch = listeners.Any(listener => listener.FollowsEpochs) ? new Measures(Trainer.Objective, LossMean.OverExamples) : null;
        EpochMeasures = epoch;
        foreach (var evaluation in Evaluations)
        {
            evaluation.Begin(this);
        }

        Begin(listeners, from);
        try
        {
            for (; ; TrainOne())
            {
                EndEpochIfDue(stop); // asked before a step, not after one: a training may be taken up in between
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
        foreach (var evaluation in Evaluations)
        {
            evaluation.End(this);
        }
    }

    private static SavedState CornerOf(SavedState state, int evaluation) => state.At("evaluation").At(evaluation.ToString(CultureInfo.InvariantCulture));

    /// <summary>What an evaluation's figures begin with: <c>val_</c> for the first, <c>val_NAME_</c> for the others.</summary>
    private string PrefixOf(int evaluation) => evaluation == 0 ? "val_" : $"val_{Evaluations[evaluation].Name}_";

    private void EndEpochIfDue(CancellationToken stop)
    {
        if (Evaluations.Count > 0)
        {
            Evaluate(stop);
        }
        else if (EpochBegun && Passes > _passesEnded)
        {
            _passesEnded = Passes;
            EndEpoch(LogsSoFar);
        }
    }

    /// <summary>Makes the evaluations that are due, at the end all; the first one ends the epoch.</summary>
    private void Evaluate(CancellationToken stop)
    {
        var due = Enumerable.Range(0, Evaluations.Count).Where(i => Evaluations[i].IsDue(this) || (Done && !Evaluations[i].IsMade(this))).ToHashSet();
        var logs = LogsSoFar;
        foreach (var i in due.Where(i => i > 0))
        {
            Measure(i, stop);
        }

        if (due.Contains(0)) // last, so that an interruption before it leaves the epoch to be ended later
        {
            Measure(0, stop);
            for (var i = 0; i < Evaluations.Count; i++)
            {
                if (Evaluations[i].IsMade(this) && Evaluations[i].LastLogs is { } figures) // some of them before an interruption
                {
                    Add(logs, figures, PrefixOf(i));
                }
            }

            EndEpoch(logs);
        }
    }

    private static void Add(Logs to, Logs figures, string prefix)
    {
        foreach (var (name, value) in figures.Under(prefix).Where(figure => figure.Key != prefix + "global_step"))
        {
            to[name] = value;
        }
    }

    private void Measure(int evaluation, CancellationToken stop)
    {
        EvaluationAtWork = evaluation;
        Logs logs = [];
        Tell(listener => listener.TestBegin());
        try
        {
            logs = Evaluations[evaluation].Make(this, stop);
        }
        finally
        {
            Tell(listener => listener.TestEnd(logs));
        }

        Evaluations[evaluation].Close(this, logs);
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
