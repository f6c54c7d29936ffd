using System.Diagnostics;
using System.Globalization;

namespace ExperimentRunner.Benchmarks;

/// <summary>Trainings of the MNIST CNN as people start them, measured from outside.</summary>
internal static class TrainingRuns
{
    private const int Rounds = 5;
    private const int Steps = 100;

    /// <summary>The most memory that a process held while it trained, in millions of bytes. Linux alone tells it.</summary>
    internal static Spread PeakMemory() => InFolder(runs => Spread.Of(Enumerable.Range(0, Rounds).Select(_ => Peak(runs))));

    /// <summary>The time of two trainings at once, as a share of one after the other.</summary>
    internal static Spread TwoAtOnce() => InFolder(runs => Spread.Of(Enumerable.Range(0, Rounds).Select(_ =>
    {
        var turns = Seconds(() =>
        {
            End(Start(runs));
            End(Start(runs));
        });
        var together = Seconds(() =>
        {
            Process[] both = [Start(runs), Start(runs)];
            Array.ForEach(both, End);
        });
        Console.WriteLine($"two trainings of {Steps} steps: {turns:F1} s one after the other, {together:F1} s at once");
        return together / turns;
    })));

    private static double Peak(string runs)
    {
        var process = Start(runs);
        var peak = 0.0;
        while (!process.WaitForExit(20))
        {
            try
            {
                var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                peak = line is null ? peak : double.Parse(line.Split(':', 'k')[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
            }
            catch (IOException)
            {
                // it has just ended
            }
        }

        End(process);
        Console.WriteLine($"a training of {Steps} steps: {peak:F0} MB at most");
        return peak;
    }

    private static Process Start(string runs)
    {
        var start = new ProcessStartInfo(
            Path.Combine(PerformanceTable.Root, "runner"),
            ["run", Path.Combine(PerformanceTable.Root, "experiments/mnist_cnn.yaml"), "--runs", runs, "--set", $"run=[train: {{input_fn: train, steps: {Steps}}}, evaluate: {{input_fn: eval, steps: 10}}]"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits for the end of a training, which must be a good one.</summary>
    private static void End(Process process)
    {
        using (process)
        {
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"A training ended with the exit code {process.ExitCode}.");
            }
        }
    }

    private static double Seconds(Action act)
    {
        var start = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static T InFolder<T>(Func<string, T> act)
    {
        var folder = Directory.CreateTempSubdirectory("runs-").FullName;
        try
        {
            return act(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
