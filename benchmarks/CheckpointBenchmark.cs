using System.Diagnostics;
using ExperimentRunner.Benchmarks.Contests;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks;

/// <summary>
/// What a checkpoint every 100 steps costs the MNIST CNN's training (batch 100): the training waits for the copy alone, and the file
/// is written on another thread. Fails above 1 % even where that thread had to share the training's cores.
/// </summary>
internal static class CheckpointBenchmark
{
    private const int Every = 100;
    private const int Times = 20;
    private const double Allowed = 0.01;

    internal static void Run()
    {
        using var scope = NewDisposeScope();
        using var cnn = MnistCnn.Make();
        var estimator = cnn.Estimator;
        var folder = Directory.CreateTempSubdirectory("checkpoint-").FullName;
        try
        {
            var step = Median(() => Seconds(() => cnn.Ours(1)));
            var path = Path.Combine(folder, "a.safetensors");
            SavedState Copy()
            {
                var state = new SavedState();
                estimator.Save(state);
                return state;
            }

            var copying = Median(() => Seconds(() => Copy().Dispose()));
            using var copy = Copy();
            var writing = Median(() => Seconds(() => StateFile.Write(path, copy)));
            var busy = Median(() => ProcessorSeconds(() => StateFile.Write(path, copy)));
            var (waits, worst) = (copying / (Every * step), (copying + busy) / (Every * step));
            Console.WriteLine($"MNIST CNN, batch 100, {get_num_threads()} threads: a step {step * 1e3:F1} ms; a checkpoint of {new FileInfo(path).Length / 1e6:F1} MB every {Every} steps");
            Console.WriteLine($"  copied in {copying * 1e3:F1} ms, which the training waits for: {waits:P2}");
            Console.WriteLine($"  written in {writing * 1e3:F1} ms beside it, {busy * 1e3:F1} ms of them computing: {worst:P2} if no core is free for it");
            if (worst > Allowed)
            {
                throw new InvalidOperationException($"Checkpoints cost {worst:P2}, more than {Allowed:P0}.");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Seconds(Action act)
    {
        var start = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double ProcessorSeconds(Action act)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        act();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static double Median(Func<double> measure)
    {
        measure();
        return Enumerable.Range(0, Times).Select(_ => measure()).Order().ElementAt(Times / 2);
    }
}
