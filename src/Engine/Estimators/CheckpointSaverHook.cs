namespace ExperimentRunner.Engine.Estimators;

/// <summary>Saves checkpoints while an estimator trains: at the start, every few steps or seconds, and at the end.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.CheckpointSaverHook</c> and its defaults in <c>RunConfig</c>.</remarks>
/// <param name="store">Where they are kept.</param>
/// <param name="config">When they are saved and how many stay.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="saved">Is told each file.</param>
public sealed class CheckpointSaverHook(CheckpointStore store, RunConfig config, TimeProvider clock, Action<long, string> saved) : TrainingHook
{
    private const double DefaultSeconds = 600;
    private readonly HashSet<string> _forGood = [];
    private long _lastStep = -1;
    private long _lastTime;
    private long _lastForGood;

    /// <inheritdoc/>
    public override void Begin(TrainingSession session)
    {
        _lastForGood = clock.GetTimestamp();
        Save(session);
    }

    /// <inheritdoc/>
    public override void AfterStep(TrainingSession session)
    {
        var due = config.SaveCheckpointsSteps is { } steps
            ? session.GlobalStep - _lastStep >= steps
            : clock.GetElapsedTime(_lastTime).TotalSeconds >= (config.SaveCheckpointsSecs ?? DefaultSeconds);
        if (due)
        {
            Save(session);
        }
    }

    /// <inheritdoc/>
    public override void End(TrainingSession session)
    {
        if (session.GlobalStep != _lastStep)
        {
            Save(session);
        }
    }

    private void Save(TrainingSession session)
    {
        var path = store.Save(session.Estimator);
        (_lastStep, _lastTime) = (session.GlobalStep, clock.GetTimestamp());
        if (clock.GetElapsedTime(_lastForGood).TotalHours >= config.KeepCheckpointEveryNHours)
        {
            _forGood.Add(path);
            _lastForGood = _lastTime;
        }

        store.Prune(config.KeepCheckpointMax, _forGood);
        saved(session.GlobalStep, path);
    }
}
