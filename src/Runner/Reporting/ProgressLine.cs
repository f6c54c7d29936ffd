using System.Globalization;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Shows how a training goes: step of steps, figures, examples a second, time left.</summary>
internal sealed class ProgressLine(Terminal terminal, TimeProvider clock) : TrainingHook
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private long _start;
    private long _shown;

    /// <inheritdoc/>
    public override void Begin(TrainingSession session) => (_start, _shown) = (clock.GetTimestamp(), 0);

    /// <inheritdoc/>
    public override void AfterStep(TrainingSession session)
    {
        if (terminal.IsLive && (_shown == 0 || clock.GetElapsedTime(_shown) >= Every))
        {
            _shown = clock.GetTimestamp();
            terminal.Live(Text(session));
        }
    }

    /// <inheritdoc/>
    public override void End(TrainingSession session) => terminal.Live("");

    /// <summary>The line for the present moment.</summary>
    internal string Text(TrainingSession session)
    {
        var seconds = clock.GetElapsedTime(_start).TotalSeconds;
        var done = session.GlobalStep - session.FirstStep;
        var parts = new List<string>
        {
            session.LastStep is { } last ? $"step {session.GlobalStep}/{last}" : $"step {session.GlobalStep}",
        };
        if (session.LastLogs is { } logs)
        {
            parts.Add(Figures(logs));
        }

        if (seconds > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{session.Examples / seconds:N0} examples/s"));
            if (session.LastStep is { } end && done > 0)
            {
                parts.Add($"{Time(seconds / done * (end - session.GlobalStep))} left");
            }
        }

        return string.Join("  ", parts);
    }

    /// <summary><c>loss 0.0312  accuracy 0.991</c>.</summary>
    internal static string Figures(Logs logs) => string.Join("  ", logs.Select(pair => $"{pair.Key} {Figure(pair.Value)}"));

    /// <summary>A figure for people: four significant digits, whole numbers whole.</summary>
    internal static string Figure(double value) => value == Math.Truncate(value) && Math.Abs(value) < 1e15
        ? value.ToString("F0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) is >= 1e-4 and < 1e6 ? "0.####" : "0.###e+0", CultureInfo.InvariantCulture);

    /// <summary>A stretch of time for people: <c>42 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    internal static string Time(double seconds) => seconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60:D2} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 3600} h {(int)seconds / 60 % 60:D2} min"),
    };
}
