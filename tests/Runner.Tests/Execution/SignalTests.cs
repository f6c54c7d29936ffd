using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>What becomes of a run whose process is told to stop, or is killed.</summary>
public sealed class SignalTests : IDisposable
{
    private const string Endless = """
        seed: 1
        data: {toy: {source: synthetic, columns: {x: {shape: [4]}, y: {linear_of: x}}}}
        model: {layers: [Dense: {units: 1, input_shape: [4], name: x}]}
        compile: {loss: mse, optimizer: sgd}
        input_fns: {train: {x: toy.train.x, y: toy.train.y, num_epochs: null, shuffle: true}}
        estimator: {config: {log_step_count_steps: 20}}
        run: [train: {input_fn: train, steps: 100000000}]
        """;

    private readonly List<Process> _started = [];
    private Task<string> _said = Task.FromResult("");

    public void Dispose()
    {
        foreach (var process in _started)
        {
            process.Kill(); // where a test failed; else it is gone
            process.Dispose();
        }
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void ASignalStopsAtTheNextStepWithEverythingSaved(string signal, int code)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var program = new ProgramUnderTest();
        var process = Start(program, out var folder);

        Signal(process, signal);

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(code, process.ExitCode);
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!;
        Assert.Equal("stopped", (string?)record["status"]);
        Assert.Empty(record["results"]!.AsArray()); // the training has not come to its end
        var step = Directory.GetFiles(Path.Combine(folder, "checkpoints"), "model.ckpt-*").Max(path => long.Parse(Path.GetFileName(path).Split('-', '.')[2], CultureInfo.InvariantCulture));
        Assert.InRange((long)JsonNode.Parse(File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Last())!["step"]!, step - 20, step);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, "checkpoints"), "resume.ckpt-*"));
    }

    [Fact]
    public void ASignalThatIsSentTwiceAtOnceStopsTheRunInOrder()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var program = new ProgramUnderTest();
        var process = Start(program, out var folder, Endless);

        Signal(process, "TERM", times: 2); // as timeout(1) does

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(143, process.ExitCode);
        Assert.Equal("stopped", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!["status"]);
    }

    [Fact]
    public async Task ASecondSignalStopsInTheMiddleOfAStep()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var program = new ProgramUnderTest();
        var slow = Endless.Replace("Dense: {units: 1, ", "Dense: {units: 3000, ", StringComparison.Ordinal).Replace("name: x}]", "name: x}, Dense: {units: 3000}, Dense: {units: 1}]", StringComparison.Ordinal)
            .Replace("num_epochs", "batch_size: 2000, num_epochs", StringComparison.Ordinal).Replace("log_step_count_steps: 20", "log_step_count_steps: 1", StringComparison.Ordinal);
        var process = Start(program, out _, slow);

        Signal(process, "INT");
        Thread.Sleep(150);
        Signal(process, "INT");

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(130, process.ExitCode);
        Assert.DoesNotContain("error", await _said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source: synthetic")]
    [InlineData("source: synthetic, stream: true, shuffle_buffer: 300")] // read while they are used
    public void AStoppedRunIsResumedAsIfItHadNotStopped(string data)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var program = new ProgramUnderTest();
        var text = Endless.Replace("100000000", "3000", StringComparison.Ordinal).Replace("source: synthetic", data, StringComparison.Ordinal);
        var whole = RunOf(program, "whole", text);
        var process = Start(program, out var folder, text);
        Signal(process, "TERM");
        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(143, process.ExitCode);

        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);

        Assert.Equal(Measured(whole), Measured(folder));
        Assert.Equal(Result(whole), Result(folder));
    }

    [Fact]
    public void AUserSignalKeepsTheRunAndItGoesOn()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var program = new ProgramUnderTest();
        var process = Start(program, out var folder);

        Signal(process, "USR1");

        var patience = Stopwatch.StartNew();
        while (!Log(folder).Contains("The run is kept as it is at step", StringComparison.Ordinal))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "The run is not kept.");
            Thread.Sleep(20);
        }

        Assert.False(process.HasExited);
        Signal(process, "TERM");
        Assert.True(process.WaitForExit(60_000));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(folder, "checkpoints"), "resume.ckpt-*.safetensors"));
    }

    [Fact]
    public void AKilledRunIsSaidToHaveCrashed()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var program = new ProgramUnderTest();
        var process = Start(program, out _);
        program.Invoke("list", "--runs", program.Runs, "--json");
        Assert.Equal("running", (string?)JsonNode.Parse(program.Output)![0]!["status"]);

        process.Kill();
        process.WaitForExit();

        program.Invoke("list", "--runs", program.Runs, "--json");
        Assert.Equal("crashed", (string?)JsonNode.Parse(program.Output)![0]!["status"]);
    }

    /// <summary>What a run has said so far, while it says more.</summary>
    private static string Log(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, "log.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static void Signal(Process process, string signal, int times = 1)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. Enumerable.Repeat(process.Id.ToString(CultureInfo.InvariantCulture), times)]);
        kill.WaitForExit();
    }

    private static string RunOf(ProgramUnderTest program, string name, string text)
    {
        Assert.True(program.Invoke("run", program.Write(name + ".yaml", text), "--runs", program.Runs) == 0, program.Errors);
        return Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, name)));
    }

    private static List<string> Measured(string folder) => [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line =>
    {
        var json = JsonNode.Parse(line)!.AsObject();
        json.Remove("time");
        return json.ToJsonString();
    })];

    private static string Result(string folder)
    {
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!;
        record["results"]![0]!.AsObject().Remove("seconds");
        record["results"]![0]!.AsObject().Remove("waited");
        return $"{record["status"]} {record["results"]!.ToJsonString()} {record["weights"]?.ToJsonString()}";
    }

    /// <summary>Starts a run and waits until it has measured something.</summary>
    private Process Start(ProgramUnderTest program, out string folder, string text = Endless)
    {
        var process = Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "runner.dll"), "run", program.Write("endless.yaml", text), "--runs", program.Runs])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _started.Add(process);
        _said = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        var runs = Path.Combine(program.Runs, "endless");
        var patience = Stopwatch.StartNew();
        string? found = null;
        while (found is null || !File.Exists(Path.Combine(found, "metrics.jsonl")) || new FileInfo(Path.Combine(found, "metrics.jsonl")).Length == 0)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(120) && !process.HasExited, "The run has not begun to train.");
            Thread.Sleep(20);
            found = Directory.Exists(runs) ? Directory.GetDirectories(runs).FirstOrDefault() : null;
        }

        folder = found;
        return process;
    }
}
