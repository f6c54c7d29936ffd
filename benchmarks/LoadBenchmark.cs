using System.Diagnostics;
using ExperimentRunner.Benchmarks.Contests;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks;

/// <summary>Reading the MNIST CNN from an <c>.h5</c> (1.2 million weights): the first time in a process, and when everything is compiled.</summary>
internal static class LoadBenchmark
{
    private const int Times = 101;

    internal static void Run(string? file)
    {
        using var scope = NewDisposeScope();
        zeros(1).Dispose();
        var path = file;
        if (path is null)
        {
            path = Path.Combine(Directory.CreateTempSubdirectory("load-").FullName, "best_model.h5");
            using var model = MnistCnn.Model();
            ModelFile.Save(path, model);
        }

        var milliseconds = new double[Times];
        var processor = TimeSpan.Zero;
        for (var i = 0; i < Times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            processor = i == 1 ? Environment.CpuUsage.TotalTime : processor;
            ModelFile.Load(path).Dispose();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var warm = milliseconds[1..].Order().ToArray();
        Console.WriteLine($"reading the MNIST CNN from an .h5: {milliseconds[0]:F0} ms the first time, then {warm[warm.Length / 2]:F1} ms (from {warm[0]:F1} to {warm[^1]:F1}), "
            + $"{(Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / (Times - 1):F1} ms of processor time each");
    }
}
