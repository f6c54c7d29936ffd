using System.Diagnostics;

namespace ExperimentRunner.Benchmarks;

/// <summary>Two ways to do the same, timed by turns, so that a busy machine is busy for both.</summary>
internal static class Rounds
{
    /// <summary>Prints the median time of each, and the median of the ratios with the least and the greatest.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="ours">Our way.</param>
    /// <param name="theirs">The other way.</param>
    /// <param name="rounds">How many times each has its turn.</param>
    /// <param name="calls">How many calls a turn has.</param>
    /// <param name="per">How many things a call does, for the time of one.</param>
    internal static void Compare(string title, Action ours, Action theirs, int rounds = 9, int calls = 1, int per = 1)
    {
        Time(ours, calls);
        Time(theirs, calls);
        var times = Enumerable.Range(0, rounds).Select(_ => (Ours: Time(ours, calls) / per, Theirs: Time(theirs, calls) / per)).ToArray();
        var ratios = times.Select(time => time.Ours / time.Theirs).Order().ToArray();
        Console.WriteLine(
            $"{title,-58} {Median(times.Select(time => time.Ours)),8:F3} ms  against {Median(times.Select(time => time.Theirs)),8:F3} ms"
            + $"  ratio {Median(ratios):F2} ({ratios[0]:F2}–{ratios[^1]:F2})");
    }

    private static double Time(Action action, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
