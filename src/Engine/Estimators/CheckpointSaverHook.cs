using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>
/// Saves checkpoints while an estimator trains: at the start, every few steps or seconds, and at the end. The training waits for the copy
/// alone; at its end for the files.
/// </summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.CheckpointSaverHook</c> and its defaults in <c>RunConfig</c>.</remarks>
/// <param name="store">Where they are kept.</param>
/// <param name="config">When they are saved and how many stay.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="saved">Is told each file.</param>
public sealed class CheckpointSaverHook(CheckpointStore store, RunConfig config, TimeProvider clock, Action<long, string> saved) : TrainingHook
{
    /// <summary>After how many seconds a checkpoint is saved when nothing is said.</summary>
    public const double DefaultSeconds = 600;

    private readonly HashSet<string> _forGood = [];
    private readonly KeptCheckpoints? _kept = config.Keep is { } keep ? new KeptCheckpoints(keep) : null;
    private long _lastStep = -1;
    private long _lastTime;
    private long _lastForGood;

    /// <inheritdoc/>
    public override bool FollowsEpochs => _kept?.LooksAtFigures is true;

    /// <inheritdoc/>
    public override void TrainBegin()
    {
        _lastForGood = clock.GetTimestamp();
        Save();
    }

    /// <inheritdoc/>
    public override void BatchEnd()
    {
        var due = config.SaveCheckpointsSteps is { } steps
            ? Session.Step - _lastStep >= steps
            : clock.GetElapsedTime(_lastTime).TotalSeconds >= (config.SaveCheckpointsSecs ?? DefaultSeconds);
        if (_kept?.IsDue(Session.Passes) is true)
        {
            _kept.KeepForGood(Path.GetFileName(Save()), Session.Passes);
        }
        else if (due)
        {
            Save();
        }
    }

    /// <inheritdoc/>
    public override void EpochEnd(Logs logs)
    {
        if (_kept?.ValueToKeep(Session, logs) is { } value)
        {
            _kept.KeepAsBest(Path.GetFileName(Save()), value, Session);
        }
    }

    /// <inheritdoc/>
    public override void TrainEnd()
    {
        if (Session.Step != _lastStep || Session.WeightsReplaced)
        {
            Save();
        }

        Session.Place.Writer.Wait();
    }

    /// <inheritdoc/>
    public override void Interrupted() => store.Save(Session.Estimator, Session.Place.Writer); // beside those that are due, which a resume goes on to count

    /// <inheritdoc/>
    public override void Save(SavedState state)
    {
        state.Put("last_step", _lastStep);
        state.Put("for_good", new JsonArray([.. _forGood.Select(path => JsonValue.Create(Path.GetFileName(path)))]));
        _kept?.Save(state.At("kept"));
    }

    /// <inheritdoc/>
    public override void Restore(SavedState state)
    {
        _lastStep = state.Need<long>("last_step");
        _forGood.UnionWith(state.Value("for_good")!.AsArray().Select(name => store.PathOf((string)name!)));
        _kept?.Restore(state.At("kept"));
        _lastTime = _lastForGood = clock.GetTimestamp(); // what counts seconds, counts those of this process
    }

    private string Save()
    {
        var (step, path) = (Session.Step, store.PathOf(Session.Step));
        (_lastStep, _lastTime) = (step, clock.GetTimestamp());
        if (clock.GetElapsedTime(_lastForGood).TotalHours >= config.KeepCheckpointEveryNHours)
        {
            _forGood.Add(path);
            _lastForGood = _lastTime;
        }

        HashSet<string> stay = [.. _forGood, .. _kept?.Names.Select(store.PathOf) ?? []];
        store.Save(Session.Estimator, Session.Place.Writer, then: () =>
        {
            store.Prune(config.Keep?.Last ?? config.KeepCheckpointMax, stay);
            saved(step, path);
        });
        return path;
    }
}
