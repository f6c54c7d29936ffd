using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>
/// One training while it lasts, of a model (<see cref="Fit"/>) or an estimator (<see cref="Estimators.TrainingSession"/>): what
/// callbacks and hooks see of either.
/// </summary>
public abstract class Training : IResumable
{
    private readonly List<(int Epoch, Logs Logs)> _history = [];
    private IReadOnlyList<TrainingListener> _listeners = [];

    /// <summary>What moves the weights: model, optimizer, objective.</summary>
    public abstract Trainer Trainer { get; }

    /// <summary>What the program around lends.</summary>
    public Surroundings Place { get; init; } = new();

    /// <summary>How many steps were made, in this training and before.</summary>
    public abstract long Step { get; }

    /// <summary>The epoch at work, from 0.</summary>
    public int Epoch { get; private protected set; }

    /// <summary>The epoch at which training ends; null where something else ends it.</summary>
    public virtual int? LastEpoch => null;

    /// <summary>How many batches of the epoch are done.</summary>
    public long BatchesDone { get; private protected set; }

    /// <summary>How many batches the epoch at work has; null where that is not known before its end.</summary>
    public virtual long? BatchesAnEpoch => null;

    /// <summary>How many examples this training has seen.</summary>
    public long Examples { get; private protected set; }

    /// <summary>What each epoch logged, from the first.</summary>
    public IReadOnlyList<(int Epoch, Logs Logs)> History => _history;

    /// <summary>The names of the figures that an epoch's end will tell.</summary>
    public abstract IEnumerable<string> LogNames { get; }

    /// <summary>The figures of the epoch so far. Reading them waits for the computation.</summary>
    public Logs LogsSoFar => EpochMeasures?.Read() ?? [];

    /// <summary>The loss of the epoch so far.</summary>
    public double LossSoFar => EpochMeasures?.Loss ?? 0;

    /// <summary>Which direction of a figure is better; null where neither is, or there is no such figure.</summary>
    public virtual bool? HigherIsBetter(string name)
    {
        var own = name.StartsWith("val_", StringComparison.Ordinal) ? name[4..] : name;
        return Logs.NameIn(Trainer.Objective.LogNames, own) is { } found ? Trainer.Objective.HigherIsBetter(found) : null;
    }

    /// <summary>Begins at another epoch than the first, as a backup asks for. Only while training begins.</summary>
    internal void BeginAt(int epoch) => Epoch = epoch;

    /// <summary>Whether a listener put other weights into the model at the end, so that what was saved before is not what the training ends with.</summary>
    public bool WeightsReplaced { get; internal set; }

    /// <summary>Whether the training is to end after this step; the epoch at work is ended as always.</summary>
    public bool StopRequested { get; private set; }

    /// <summary>Ends the training.</summary>
    public void RequestStop() => StopRequested = true;

    /// <summary>Whether the program was asked to stop before the training's end.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Promises that the training came to its end.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public void NeedEnd(CancellationToken stop)
    {
        if (WasInterrupted)
        {
            throw new OperationCanceledException(stop);
        }
    }

    /// <summary>Whether the epoch at work has begun.</summary>
    private protected bool EpochBegun { get; set; }

    /// <summary>What was measured in the epoch so far; null where nobody asks.</summary>
    private protected Measures? EpochMeasures { get; set; }

    /// <inheritdoc/>
    public virtual void Save(SavedState state)
    {
        state.Put("epoch", Epoch);
        state.Put("epoch_begun", EpochBegun);
        state.Put("batches_done", BatchesDone);
        state.Put("examples", Examples);
        state.Put("stop_requested", StopRequested);
        state.Put("history", new JsonArray([.. _history.Select(entry => new JsonObject { ["epoch"] = entry.Epoch, ["logs"] = entry.Logs.ToJson() })]));
        EpochMeasures?.Save(state.At("measures"));
        for (var i = 0; i < _listeners.Count; i++)
        {
            _listeners[i].Save(CornerOf(state, i));
        }
    }

    /// <inheritdoc/>
    public virtual void Restore(SavedState state)
    {
        Epoch = (int)state.Need<long>("epoch");
        EpochBegun = state.Need<bool>("epoch_begun");
        BatchesDone = state.Need<long>("batches_done");
        Examples = state.Need<long>("examples");
        StopRequested = state.Need<bool>("stop_requested");
        _history.Clear();
        _history.AddRange(state.Value("history")!.AsArray().Select(entry => ((int)entry!["epoch"]!, Logs.FromJson(entry["logs"]!.AsObject()))));
        EpochMeasures?.Restore(state.At("measures"));
        for (var i = 0; i < _listeners.Count; i++)
        {
            _listeners[i].Restore(CornerOf(state, i));
        }
    }

    /// <summary>Gives the training its listeners; they are told that it begins, or take up what was saved.</summary>
    private protected void Begin(IReadOnlyList<TrainingListener> listeners, SavedState? from)
    {
        _listeners = [.. listeners.Where(Reports)];
        foreach (var listener in _listeners)
        {
            listener.Attach(this);
        }

        if (from is null)
        {
            Tell(listener => listener.TrainBegin());
        }
        else
        {
            Restore(from);
        }
    }

    /// <summary>Tells every listener, in order.</summary>
    private protected void Tell(Action<TrainingListener> tell)
    {
        foreach (var listener in _listeners)
        {
            tell(listener);
        }
    }

    /// <summary>The program is asked to stop before the training's end.</summary>
    private protected void Interrupt()
    {
        WasInterrupted = true;
        Tell(listener => listener.Interrupted());
    }

    /// <summary>An epoch begins, unless it has.</summary>
    private protected void BeginEpoch()
    {
        if (!EpochBegun)
        {
            EpochMeasures?.Reset();
            EpochBegun = true;
            Tell(listener => listener.EpochBegin());
        }
    }

    /// <summary>An epoch ends: listeners are told, and the next one is due.</summary>
    private protected void EndEpoch(Logs logs)
    {
        _history.Add((Epoch, logs));
        Tell(listener => listener.EpochEnd(logs));
        (Epoch, BatchesDone, EpochBegun) = (Epoch + 1, 0, false);
        Tell(listener => listener.AtRest());
    }

    /// <summary>Whether there will be the figure that a listener needs; one that needs another does not look on, and that is told.</summary>
    private bool Reports(TrainingListener listener)
    {
        if (listener.Needs is not { } name || name == "learning_rate" || Logs.IsAmong(LogNames, name))
        {
            return true;
        }

        Place.Warn($"{listener.Name} does not look on here: no '{name}' is reported, only {string.Join(", ", LogNames)}.");
        return false;
    }

    private static SavedState CornerOf(SavedState state, int listener) => state.At("listener").At(listener.ToString(CultureInfo.InvariantCulture));
}
