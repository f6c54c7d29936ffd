using System.Diagnostics;
using System.Runtime.CompilerServices;
using ExperimentRunner.Benchmarks.Contests;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks;

/// <summary>Seconds of wall time from the command to what a person waits for, beside an empty .NET console's.</summary>
internal static class StartUpBenchmark
{
    private const int Times = 10;

    internal static void Run()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, ".."));
        var runner = Path.Combine(root, "runner");
        var runs = Directory.CreateTempSubdirectory("runs-").FullName;
        Wait(Start(runner, "--help")); // builds, where it must
        Report("an empty .NET console", () => Wait(Start("dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "EmptyConsole.dll"))));
        Report("runner --help", () => Wait(Start(runner, "--help")));
        Report("runner validate experiments/mnist_cnn.yaml", () => Wait(Start(runner, "validate", Path.Combine(root, "experiments/mnist_cnn.yaml"))));
        Report("runner run experiments/mnist_cnn.yaml, its first step", () => FirstStep(runner, root, runs));
        var (model, image) = Seed(runs);
        Report("runner show best_model.h5", () => Wait(Start(runner, "show", model)));
        Report("runner predict best_model.h5, one image", () => Wait(Start(runner, "predict", model, "--input", image, "--output", Path.Combine(runs, "y.npy"))));
        Directory.Delete(runs, recursive: true);
    }

    /// <summary>The MNIST CNN as an <c>.h5</c>, and a picture for it.</summary>
    private static (string Model, string Image) Seed(string folder)
    {
        using var scope = NewDisposeScope();
        var (file, image) = (Path.Combine(folder, "best_model.h5"), Path.Combine(folder, "one.npy"));
        using var model = MnistCnn.Model();
        ModelFile.Save(file, model);
        using var stream = File.Create(image);
        Npy.Write(stream, rand(1, 28, 28, 1));
        return (file, image);
    }

    private static string Here([CallerFilePath] string path = "") => path;

    /// <summary>Runs the experiment until its first line of figures is written, then stops it.</summary>
    private static void FirstStep(string runner, string root, string runs)
    {
        using var process = Start(
            runner, "run", Path.Combine(root, "experiments/mnist_cnn.yaml"), "--runs", runs, "--set", "estimator.config.log_step_count_steps=1", "--set", "run=[train: {input_fn: train, steps: 1}]");
        while (!Directory.EnumerateFiles(runs, "metrics.jsonl", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length > 0) && !process.HasExited)
        {
            Thread.Sleep(2);
        }

        var done = Stopwatch.GetTimestamp();
        process.WaitForExit();
        Directory.Delete(Path.Combine(runs, "mnist_cnn"), recursive: true);
        _after = Stopwatch.GetElapsedTime(done);
    }

    private static TimeSpan _after;

    private static void Report(string what, Action action)
    {
        var seconds = new double[Times];
        for (var i = 0; i < Times; i++)
        {
            _after = TimeSpan.Zero;
            var start = Stopwatch.GetTimestamp();
            action();
            seconds[i] = (Stopwatch.GetElapsedTime(start) - _after).TotalSeconds;
        }

        Array.Sort(seconds);
        Console.WriteLine($"{what,-58} {(seconds[Times / 2] + seconds[(Times / 2) - 1]) / 2:F3} s  (from {seconds[0]:F3} to {seconds[^1]:F3})");
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static void Wait(Process process)
    {
        using (process)
        {
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
        }
    }
}
