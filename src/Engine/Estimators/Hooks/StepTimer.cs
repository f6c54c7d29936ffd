using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Tells when something is due again: after so many steps or seconds, and the first time at once.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.SecondOrStepTimer</c>.</remarks>
/// <param name="steps">After so many steps; or null.</param>
/// <param name="seconds">After so many seconds; or null.</param>
internal sealed class StepTimer(long? steps, double? seconds) : IResumable
{
    private long? _step;
    private long? _time;

    /// <summary>Whether it is due.</summary>
    internal bool IsDue(long step, TimeProvider clock)
    {
        if (_step is not { } last)
        {
            return true;
        }

        _time ??= clock.GetTimestamp(); // taken up after a stop: seconds begin anew
        return step != last && ((seconds is { } most && clock.GetElapsedTime(_time.Value).TotalSeconds >= most) || (steps is { } few && step >= last + few));
    }

    /// <summary>Notes that it was done; the seconds and steps since it was done before, or null the first time.</summary>
    internal (double Seconds, long Steps)? Done(long step, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        (double, long)? since = _step is { } last ? (clock.GetElapsedTime(_time ?? now, now).TotalSeconds, step - last) : null;
        (_step, _time) = (step, now);
        return since;
    }

    /// <inheritdoc/>
    public void Save(SavedState state) => state.Put("step", _step ?? -1);

    /// <inheritdoc/>
    public void Restore(SavedState state) => (_step, _time) = (state.Need<long>("step") is >= 0 and var step ? step : null, null);
}
