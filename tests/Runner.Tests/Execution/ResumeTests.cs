using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>What <c>runner resume</c> does with a run's folder. Real kills are in <c>tests/torture</c>.</summary>
public class ResumeTests
{
    private const string Often = "runtime.checkpoint.every={steps: 4}";

    [Fact]
    public void AStoppedRunGoesOnToTheSameEnd()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program, Often);
        var (metrics, weights) = (Metrics(folder), Weights(folder));
        WithoutItsEnd(folder);

        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);

        Assert.Equal(metrics, Metrics(folder));
        Assert.Equal(weights, Weights(folder));
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!;
        Assert.Equal("done", (string?)record["status"]);
        Assert.Equal(["train", "evaluate"], record["results"]!.AsArray().Select(result => (string)result!["do"]!));
        Assert.Single(record["resumed"]!.AsArray());
    }

    [Fact]
    public void ADamagedCheckpointIsToldAndTheOneBeforeIsUsed()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program, Often);
        var weights = Weights(folder);
        File.Copy(Checkpoint(folder, 9), Checkpoint(folder, 10));
        var bytes = File.ReadAllBytes(Checkpoint(folder, 10));
        bytes[300] ^= 1;
        File.WriteAllBytes(Checkpoint(folder, 10), bytes);
        Unfinish(folder);

        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);

        Assert.Contains($"{Checkpoint(folder, 10)} is damaged", program.Errors, StringComparison.Ordinal);
        Assert.Contains("The checkpoint before it is used.", program.Errors, StringComparison.Ordinal);
        Assert.Equal(weights, Weights(folder));
    }

    [Fact]
    public void ARunWithoutACheckpointBeginsAnewInItsFolder()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program, Often);
        var (metrics, weights) = (Metrics(folder), Weights(folder));
        Directory.Delete(Path.Combine(folder, "checkpoints"), recursive: true);
        File.WriteAllText(Path.Combine(folder, "run.json.77.new"), "half a fi");
        File.WriteAllText(Path.Combine(folder, "best.keras.77.new.weights.77.new"), "half a member");
        Unfinish(folder);

        Assert.True(program.Invoke("resume", "toy", "--runs", program.Runs) == 0, program.Errors);

        Assert.Equal(metrics, Metrics(folder));
        Assert.Equal(weights, Weights(folder));
        Assert.Empty(Directory.GetFiles(folder, "*.new"));
    }

    [Fact]
    public void ARunKilledBeforeItsRecordAndAgainBeforeItsFirstCheckpointGoesOn()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program, Often);
        var metrics = Metrics(folder);
        Directory.Delete(Path.Combine(folder, "checkpoints"), recursive: true);
        File.Delete(Path.Combine(folder, "run.json"));
        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);
        Directory.Delete(Path.Combine(folder, "checkpoints"), recursive: true);
        Unfinish(folder);

        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);

        Assert.Equal(metrics, Metrics(folder));
    }

    [Fact]
    public void DataThatWereChangedAreRefused()
    {
        using var program = new ProgramUnderTest();
        program.Write("toy.csv", string.Join('\n', ["a,b,y", .. Enumerable.Range(0, 70).Select(i => $"{i % 7},{i % 5},{i % 3}")]));
        string[] set = ["data.toy={source: csv, path: toy.csv, columns: {x: [a, b]}}", "model.layers[0].Dense.input_shape=[2]", "input_fns.eval={x: toy.train.x, y: toy.train.y, shuffle: false}", Often];
        var folder = SmallExperiment.Run(program, set);
        WithoutItsEnd(folder);
        File.AppendAllText(program.Of("toy.csv"), "\n1,1,1");

        Assert.Equal(1, program.Invoke("resume", folder));

        Assert.Contains("The data 'toy' were changed since the run began. A run only goes on with what it began with.", program.Errors, StringComparison.Ordinal);
        Assert.Equal("failed", (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!["status"]);
    }

    [Fact]
    public void ADoneRunSaysSo()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program);

        Assert.Equal(0, program.Invoke("resume", folder));

        Assert.Equal($"toy/{Path.GetFileName(folder)} is done: there is nothing left to do.\n", program.Output);
    }

    [Fact]
    public void AChangedExperimentIsRefusedWithTheDifference()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program, Often);
        WithoutItsEnd(folder);
        program.Write("toy.yaml", SmallExperiment.Text.Replace("units: 8", "units: 9", StringComparison.Ordinal).Replace("learning_rate: 0.05", "beta_1: 0.8", StringComparison.Ordinal));

        Assert.Equal(2, program.Invoke("resume", folder));

        Assert.Equal($"""
            error: {program.Of("toy.yaml")} was changed since the run began:
              model.layers[0].units: 8 is 9 now
              compile.optimizer.beta_1: 0.9 is 0.8 now
              compile.optimizer.learning_rate: 0.05 is 0.001 now
            A run only goes on as what it was. Undo the change, or run it as a new one.

            """, program.Errors);
    }

    [Theory]
    [InlineData("resolved.yaml")]
    [InlineData("experiment.yaml")]
    public void AChangeInTheRunsFolderIsRefusedToo(string file)
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program, Often);
        WithoutItsEnd(folder);
        var path = Path.Combine(folder, file);
        File.WriteAllText(path, File.ReadAllText(path).Replace("steps: 25", "steps: 26", StringComparison.Ordinal));

        Assert.Equal(2, program.Invoke("resume", folder));

        Assert.Contains($"{path} was changed since the run began:\n  run[0].steps: 25 is 26 now\n", program.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void ACommentIsNoChangeAndAFileThatIsGoneIsNone()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program, Often);
        WithoutItsEnd(folder);
        program.Write("toy.yaml", "# a remark\n" + SmallExperiment.Text);
        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);

        Unfinish(folder);
        File.Delete(program.Of("toy.yaml"));
        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);
    }

    [Fact]
    public void ARunThatIsAtWorkIsNotDoneTwice()
    {
        using var program = new ProgramUnderTest();
        var folder = SmallExperiment.Run(program, Often);
        WithoutItsEnd(folder);
        using var other = RunLock.Take(new RunFolder(folder));

        Assert.Equal(2, program.Invoke("resume", folder));

        Assert.Equal($"error: toy/{Path.GetFileName(folder)} is at work in another process.\n", program.Errors);
    }

    [Theory]
    [InlineData("CSVLogger: {filename: log.csv, append: true}", "log.csv")]
    [InlineData("BackupAndRestore: {backup_dir: backup, delete_checkpoint: false}", "backup/training_metadata.json")]
    public void WhatCallbacksFoundWhenATrainingBeganIsFoundAgain(string callback, string file)
    {
        using var program = new ProgramUnderTest();
        string[] twice = [$"callbacks=[{callback}]", "run=[fit: {x: toy.train.x, y: toy.train.y, epochs: 2, callbacks: []}, fit: {x: toy.train.x, y: toy.train.y, epochs: 3}]"];
        var folder = SmallExperiment.Run(program, twice);
        var (metrics, weights, written) = (Metrics(folder), Weights(folder), File.ReadAllText(Path.Combine(folder, file)));
        var last = Directory.GetFiles(Path.Combine(folder, "checkpoints"), "resume.ckpt-*").Order(StringComparer.Ordinal).Last();
        File.Delete(last); // what is left was kept when the second fit began; its files are there

        Unfinish(folder);
        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);

        Assert.Equal(metrics, Metrics(folder));
        Assert.Equal(weights, Weights(folder));
        Assert.Equal(written, File.ReadAllText(Path.Combine(folder, file)));
    }

    /// <summary>The folder as a process leaves it that was killed in the evaluation.</summary>
    private static void WithoutItsEnd(string folder)
    {
        File.Delete(Checkpoint(folder, 9));
        Assert.True(File.Exists(Checkpoint(folder, 8)));
        Unfinish(folder);
    }

    private static void Unfinish(string folder)
    {
        var path = Path.Combine(folder, "run.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"status\": \"done\"", "\"status\": \"running\"", StringComparison.Ordinal));
    }

    private static string Checkpoint(string folder, int number) => Path.Combine(folder, "checkpoints", $"resume.ckpt-{number}.safetensors");

    private static List<string> Metrics(string folder) => [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line =>
    {
        var json = JsonNode.Parse(line)!.AsObject();
        json.Remove("time");
        return json.ToJsonString();
    })];

    private static SortedDictionary<string, string> Weights(string folder)
    {
        using var checkpoints = new RunCheckpoints(Path.Combine(folder, "checkpoints"));
        using var state = checkpoints.ReadNewest(_ => true, Assert.Fail);
        return new(state!.Tensors.ToDictionary(pair => pair.Key, pair => Convert.ToHexString(pair.Value.bytes)), StringComparer.Ordinal);
    }
}
