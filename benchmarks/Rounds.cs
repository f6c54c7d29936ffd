using System.Diagnostics;

namespace ExperimentRunner.Benchmarks;

/// <summary>Two ways to do the same, timed by turns, so that a busy machine is busy for both.</summary>
internal static class Rounds
{
    /// <summary>Times two ways by turns, prints the median time of each and the spread of the ratios, and gives the ratios.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="ours">Our way.</param>
    /// <param name="theirs">The other way.</param>
    /// <param name="rounds">How many times each has its turn.</param>
    /// <param name="calls">How many calls a turn has.</param>
    /// <param name="per">How many things a call does, for the time of one.</param>
    internal static Contrast Compare(string title, Action ours, Action theirs, int rounds = 9, int calls = 1, int per = 1)
    {
        Time(ours, calls);
        Time(theirs, calls);
        var times = Enumerable.Range(0, rounds).Select(_ => (Ours: Time(ours, calls) / per, Theirs: Time(theirs, calls) / per)).ToArray();
        var contrast = new Contrast(
            Spread.Of(times.Select(time => time.Ours)), Spread.Of(times.Select(time => time.Theirs)), Spread.Of(times.Select(time => time.Ours / time.Theirs)));
        Console.WriteLine($"{title,-58} {contrast.Ours.Median,8:F3} ms  against {contrast.Theirs.Median,8:F3} ms  ratio {contrast.Ratio}");
        return contrast;
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
}

/// <summary>What two ways took by turns.</summary>
/// <param name="Ours">Milliseconds of our way.</param>
/// <param name="Theirs">Milliseconds of the other.</param>
/// <param name="Ratio">Ours by theirs, round by round.</param>
internal sealed record Contrast(Spread Ours, Spread Theirs, Spread Ratio);

/// <summary>The median of some figures, the least and the greatest.</summary>
internal sealed record Spread(double Median, double Least, double Greatest)
{
    /// <summary>The spread of at least one figure.</summary>
    internal static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }

    /// <summary>The spread of the reciprocals.</summary>
    internal Spread Inverse() => new(1 / Median, 1 / Greatest, 1 / Least);

    public override string ToString() => $"{Median:F2} ({Least:F2}–{Greatest:F2})";
}
