using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using ExperimentRunner.Runner.Browser;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Benchmarks;

/// <summary>
/// Seconds of wall time, in a new process each, to list and compare runs that were made up: 15 settings, 4 figures, 1,000 lines
/// each. <c>first</c> is without the index of runs, <c>then</c> with it. <c>ui</c> is the table in the browser's program, which holds them.
/// </summary>
internal static class RunListBenchmark
{
    private const int Lines = 1000;
    private const int Times = 5;

    internal static void Run()
    {
        var runner = Path.Combine(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..")), "runner");
        Wait(runner, "--help"); // builds, where it must
        foreach (var count in new[] { 1_000, 10_000 })
        {
            var runs = Directory.CreateTempSubdirectory("runs-").FullName;
            Make(runs, count);
            Report($"list of {count:N0}, first", 1, () => Wait(runner, "list", "--runs", runs));
            File.Delete(Path.Combine(runs, RunIndex.FileName));
            Report($"list --all of {count:N0}, first", 1, () => Wait(runner, "list", "--all", "--runs", runs));
            Report($"list of {count:N0}, then", Times, () => Wait(runner, "list", "--runs", runs));
            Report($"list --all of {count:N0}, then", Times, () => Wait(runner, "list", "--all", "--runs", runs));
            Report($"list --where … --sort … of {count:N0}, first", 1, () => Wait(runner, "list", "--runs", runs, "--where", "status = done and max(val_accuracy) > 0.9 and optimizer = Adam and model has Dropout", "--sort", "max:val_accuracy"));
            Report($"list --where … --sort … of {count:N0}, then", Times, () => Wait(runner, "list", "--runs", runs, "--where", "status = done and max(val_accuracy) > 0.9 and optimizer = Adam and model has Dropout", "--sort", "max:val_accuracy"));
            if (count == 1_000)
            {
                Report("compare of 100", Times, () => Wait(runner, ["compare", .. Enumerable.Range(0, 100).Select(i => $"toy{i % 10}/{Id(i)}"), "--runs", runs]));
            }

            Table(runs, count);
            Directory.Delete(runs, recursive: true);
        }
    }

    /// <summary>The table of <c>runner ui</c>, in its process, which holds the runs: asked by a condition, by words, and sorted by a curve.</summary>
    private static void Table(string runs, int count)
    {
        var (now, best) = (DateTimeOffset.UtcNow, new RunColumn("val_accuracy", null));
        using var set = RunSet.In(runs);
        RunSet.Prefetch(set.All, run => (_, _, _, _) = (run.Facts, run.Series, run.Settings, run.Layers));
        foreach (var asked in new[] { "status = done and max(val_accuracy) > 0.9 and optimizer = Adam and model has Dropout", "learning_rate > 0.002 or compile.optimizer.beta_1 < 0.5", "toy3 done" })
        {
            Report($"ui: {asked[..Math.Min(asked.Length, 20)]} … of {count:N0}", Times, () =>
                _ = RunRow.Filter(set.All, asked, now, out _).Select(run => new RunRow(run, now)).OrderBy(row => row.Cell(best)).ToList());
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    private static string Id(int i) => string.Create(CultureInfo.InvariantCulture, $"{20260101 + (i / 3600)}-{i / 3600 % 24:D2}{i / 60 % 60:D2}{i % 60:D2}");

    private static void Make(string runs, int count) => Parallel.For(0, count, i =>
    {
        var folder = Directory.CreateDirectory(Path.Combine(runs, $"toy{i % 10}", Id(i))).FullName;
        var rate = 0.001 * (1 + (i % 7));
        File.WriteAllText(Path.Combine(folder, "run.json"), string.Create(CultureInfo.InvariantCulture, $$$"""
            {"format": 1, "experiment": "toy{{{i % 10}}}", "status": "done", "error": null, "command": ["runner", "run", "toy.yaml"], "seed": {{{i}}}, "started": "2026-01-02T03:04:05.000Z",
             "ended": "2026-01-02T03:05:05.000Z", "seconds": 60.5, "git_commit": "0123456789abcdef", "process": {"id": 1, "started": 1, "host": "h"},
             "machine": {"host": "h", "system": "Linux", "cores": 2}, "versions": {"experiment_runner": "0.1.0", "dotnet": "10.0"}, "data": {"toy": {"toy.csv": "sha256:0123"} },
             "results": [{"do": "fit", "step": {{{Lines * 10}}}, "seconds": 60, "examples": 60000, "values": {"loss": 0.1, "accuracy": 0.97} }],
             "best": {"loss": {"value": 0.1, "step": {{{Lines * 10}}}, "mode": "min"}, "val_accuracy": {"value": 0.97, "step": {{{Lines * 10}}}, "mode": "max"} } }
            """));
        File.WriteAllText(Path.Combine(folder, "resolved.yaml"), string.Create(CultureInfo.InvariantCulture, $$$"""
            name: toy{{{i % 10}}}
            seed: {{{i}}}
            data: {toy: {source: csv, path: /data/toy.csv}}
            model:
              layers:
                - Dense: {name: null, units: {{{8 << (i % 4)}}}, activation: relu, use_bias: true}
                - Dropout: {rate: 0.{{{1 + (i % 5)}}}}
                - Dense: {name: null, units: 10, activation: softmax}
            compile:
              loss: sparse_categorical_crossentropy
              optimizer:
                Adam: {learning_rate: {{{rate}}}, beta_1: 0.9, beta_2: 0.999}
            run:
              - fit: {x: toy.train.x, y: toy.train.y, epochs: {{{Lines}}}, batch_size: 32}

            """));
        var text = new StringBuilder();
        for (var line = 0; line < Lines; line++)
        {
            var loss = 2.3 / (1 + (line * rate)) + (0.01 * ((line * 7919) % 13));
            text.Append(CultureInfo.InvariantCulture, $$"""{"time":{{line * 0.06:F3}},"step":{{(line + 1) * 10}},"epoch":{{line}},"phase":"fit","values":{"loss":{{loss}},"accuracy":{{1 - (loss / 3)}},"val_loss":{{loss * 1.1}},"val_accuracy":{{1 - (loss / 2.9)}} } }""").Append('\n');
        }

        File.WriteAllText(Path.Combine(folder, "metrics.jsonl"), text.ToString());
    });

    private static void Report(string what, int times, Action action)
    {
        var seconds = new double[times];
        for (var i = 0; i < times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        Console.WriteLine($"{what,-48} {seconds[times / 2]:F3} s  (from {seconds[0]:F3} to {seconds[^1]:F3})");
    }

    private static void Wait(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', arguments.Take(3))} ended with {process.ExitCode}: {errors.Result}");
        }
    }
}
