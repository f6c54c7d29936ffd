using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Runs;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Execution;

/// <summary>
/// Keeps what the run needs to go on after a stop: after each entry of <c>run:</c>, and of those that train at their beginning and as
/// often as the file asks for.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="checkpoints">Where it is kept.</param>
/// <param name="save">Writes down the models and estimators that are alive.</param>
internal sealed class RunKeeper(RunContext run, RunCheckpoints checkpoints, Action<SavedState> save)
{
    private const string Step = "step";
    private long _lastKept = run.Clock.GetTimestamp();

    /// <summary>Which entry of <c>run:</c> is at work.</summary>
    internal int Position { get; private set; }

    /// <summary>Takes up where a stopped run was.</summary>
    /// <returns>What the training that was at work saved; null where an entry of <c>run:</c> is to begin.</returns>
    internal SavedState? TakeUp(SavedState from)
    {
        Position = (int)from.Need<long>("position");
        run.Log.Information("The run goes on from its checkpoint, in entry {Entry} of {Entries}", Math.Min(Position + 1, run.Definition.Run.Count), run.Definition.Run.Count);
        var (threads, processor) = (from.Need<long>("threads"), (string?)from.Value("processor"));
        if (threads != get_num_threads())
        {
            run.Log.Warning("The run went on {Before} threads, and {Now} compute now: figures may differ in their last digits", threads, get_num_threads());
        }
        else if (processor != Machine.Processor())
        {
            run.Log.Warning("The run went on another processor ({Processor:l}): figures may differ in their last digits", processor ?? "unknown");
        }

        return from.Need<bool>("in_step") ? from.At(Step) : null;
    }

    /// <summary>An entry of <c>run:</c> is done; nothing of it is done again.</summary>
    internal void NextEntry()
    {
        Position++;
        Keep(null);
    }

    /// <summary>Looks on at a training of the entry at work, and keeps it.</summary>
    /// <param name="othersWrite">
    /// Whether callbacks, hooks or exporters look on too. What they found when the training began, the length of a file that they add to,
    /// whether there was a backup, cannot be found again once they have written: its beginning is on the disk before its first step.
    /// </param>
    internal TrainingListener Watch(bool othersWrite) => new Watcher(this, run.Definition.Runtime.Checkpoint.Every, run, othersWrite);

    private void Keep(Training? training, bool onDisk = false)
    {
        var state = new SavedState();
        state.Put("position", (long)Position);
        state.Put("in_step", training is not null);
        state.Put("configuration", (JsonNode?)JsonValue.Create(run.Configuration));
        state.Put("threads", (long)get_num_threads());
        state.Put("processor", (JsonNode?)JsonValue.Create(Machine.Processor()));
        state.Put("seconds", (double?)run.Metrics.Seconds);
        state.Put("record", run.Record.Progress());
        state.Put("metrics_length", run.Metrics.Length);
        state.Put("log_length", new FileInfo(run.Folder.LogFile) is { Exists: true } log ? log.Length : 0);
        save(state);
        training?.Save(state.At(Step));
        checkpoints.Write(state, run.Metrics.Flush);
        if (onDisk)
        {
            checkpoints.Wait();
        }

        _lastKept = run.Clock.GetTimestamp();
    }

    /// <summary>Keeps a training when it is due, and when the program is asked to stop.</summary>
    private sealed class Watcher(RunKeeper keeper, Configuration.Sections.Interval every, RunContext run, bool othersWrite) : TrainingListener
    {
        private const double ShortestEpochs = 1; // seconds: where epochs fly by, a checkpoint each would be all that is done
        private int _lastEpoch;
        private long _lastStep;

        public override bool FollowsEpochs => false;

        public override void TrainBegin()
        {
            (_lastEpoch, _lastStep) = (Training.Epoch, Training.Step);
            keeper.Keep(Training, onDisk: othersWrite);
        }

        public override void AtRest()
        {
            var seconds = run.Clock.GetElapsedTime(keeper._lastKept).TotalSeconds;
            if ((every.Epochs is { } epochs && Training.Epoch - _lastEpoch >= epochs && seconds >= ShortestEpochs)
                || (every.Steps is { } steps && Training.Step - _lastStep >= steps)
                || seconds >= every.Secs
                || run.Request.IsAsked)
            {
                Keep();
            }
        }

        public override void Interrupted() => Keep();

        public override void Restore(SavedState state) => (_lastEpoch, _lastStep) = ((int)state.Need<long>("last_epoch"), state.Need<long>("last_step"));

        public override void Save(SavedState state)
        {
            state.Put("last_epoch", (long)_lastEpoch);
            state.Put("last_step", _lastStep);
        }

        private void Keep()
        {
            (_lastEpoch, _lastStep) = (Training.Epoch, Training.Step);
            keeper.Keep(Training);
            if (run.Request.IsAsked)
            {
                run.Request.Done();
                run.Log.Information("The run is kept as it is at step {Step}", Training.Step);
            }
        }
    }
}
