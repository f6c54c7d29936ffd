using ExperimentRunner.Engine.Estimators;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Shows how an estimator's training goes: step of steps, figures, examples a second, time left.</summary>
internal sealed class TrainProgress(Terminal terminal, TimeProvider clock) : TrainingHook
{
    private readonly ProgressClock _clock = new(clock);

    /// <inheritdoc/>
    public override void BatchBegin() => _clock.Begin(Session.Step, Session.Examples);

    /// <inheritdoc/>
    public override void BatchEnd()
    {
        if (terminal.IsLive && _clock.IsDue())
        {
            terminal.Live(Text(Session));
        }
    }

    /// <inheritdoc/>
    public override void TrainEnd() => terminal.Live("");

    /// <inheritdoc/>
    public override void Interrupted() => terminal.Live("");

    /// <summary>The line for the present moment.</summary>
    internal string Text(TrainingSession session)
    {
        var (done, parts) = (_clock.StepsTo(session.Step), new List<string>());
        parts.Add(session.LastStep is { } last ? $"step {session.Step}/{last}" : $"step {session.Step}");
        if (session.LastLogs is { } logs)
        {
            parts.Add(Words.Figures(logs));
        }

        parts.Add(_clock.Rate(session.Examples));
        if (session.LastStep is { } end && done > 0)
        {
            parts.Add($"{Words.Time(_clock.Seconds / done * (end - session.Step))} left");
        }

        return string.Join("  ", parts);
    }
}
