using ExperimentRunner.Engine.Estimators;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Shows how an estimator's training goes: step of steps, figures, examples a second, time left.</summary>
internal sealed class TrainProgress(Terminal terminal, TimeProvider clock) : TrainingHook
{
    private readonly ProgressClock _clock = new(clock);

    /// <inheritdoc/>
    public override void AfterStep(TrainingSession session)
    {
        if (terminal.IsLive && _clock.IsDue())
        {
            terminal.Live(Text(session));
        }
    }

    /// <inheritdoc/>
    public override void End(TrainingSession session) => terminal.Live("");

    /// <summary>The line for the present moment.</summary>
    internal string Text(TrainingSession session)
    {
        var (done, parts) = (session.GlobalStep - session.FirstStep, new List<string>());
        parts.Add(session.LastStep is { } last ? $"step {session.GlobalStep}/{last}" : $"step {session.GlobalStep}");
        if (session.LastLogs is { } logs)
        {
            parts.Add(Words.Figures(logs));
        }

        parts.Add(_clock.Rate(session.Examples));
        if (session.LastStep is { } end && done > 0)
        {
            parts.Add($"{Words.Time(_clock.Seconds / done * (end - session.GlobalStep))} left");
        }

        return string.Join("  ", parts);
    }
}
