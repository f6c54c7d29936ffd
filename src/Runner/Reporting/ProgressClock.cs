using System.Globalization;

namespace ExperimentRunner.Runner.Reporting;

/// <summary>Tells when a live line is due again, and how fast things go.</summary>
internal sealed class ProgressClock(TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);
    private readonly long _start = clock.GetTimestamp();
    private long _shown;
    private (long Step, long Examples)? _from;

    /// <summary>Seconds since the start.</summary>
    internal double Seconds => clock.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Whether a live line is due: at most ten times a second.</summary>
    internal bool IsDue()
    {
        if (_shown != 0 && clock.GetElapsedTime(_shown) < Every)
        {
            return false;
        }

        _shown = clock.GetTimestamp();
        return true;
    }

    /// <summary>What was done before the first step since the start: a training that goes on has done some. Later calls say nothing new.</summary>
    internal void Begin(long step, long examples) => _from ??= (step, examples);

    /// <summary>How many steps were made since the start.</summary>
    internal long StepsTo(long step) => step - (_from?.Step ?? step);

    /// <summary><c>1,234 examples/s</c>.</summary>
    internal string Rate(long examples) =>
        string.Create(CultureInfo.InvariantCulture, $"{(examples - (_from?.Examples ?? examples)) / Math.Max(Seconds, 1e-3):N0} examples/s");
}
