using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Commands;

public class RunCommandTests
{
    private const string Small = """
        seed: 3
        data:
          toy:
            source: synthetic
            examples: {train: 70, test: 20}
            columns: {x: {shape: [4]}, y: {linear_of: x, classes: 3}}
        model:
          layers:
            - Dense: {units: 8, activation: relu, input_shape: [4], name: x}
            - Dropout: {rate: 0.3}
            - Dense: {units: 3, activation: softmax}
        compile: {loss: sparse_categorical_crossentropy, optimizer: {Adam: {learning_rate: 0.05}}, metrics: [accuracy]}
        input_fns:
          train: {x: toy.train.x, y: toy.train.y, batch_size: 16, num_epochs: null, shuffle: true}
          eval: {x: {x_input: toy.test.x}, y: toy.test.y, shuffle: false}
        estimator: {config: {log_step_count_steps: 10}}
        run:
          - train: {input_fn: train, steps: 25}
          - evaluate: {input_fn: eval}
          - train: {input_fn: train, max_steps: 30}
          - predict: {input_fn: eval, output: out/p.npz}
        """;

    [Fact]
    public void ARunLeavesAFolderThatSaysAll()
    {
        using var program = new ProgramUnderTest();

        var code = program.Invoke("run", program.Write("small.yaml", Small), "--runs", program.Runs);

        Assert.True(code == 0, program.Errors);
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "small")));
        Assert.Equal(Small, File.ReadAllText(Path.Combine(folder, "experiment.yaml")));
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!;
        Assert.Equal("done", (string?)record["status"]);
        Assert.Equal(1, (int?)record["format"]);
        Assert.Equal(3, (int?)record["seed"]);
        var results = record["results"]!.AsArray();
        Assert.Equal(["train", "evaluate", "train", "predict"], results.Select(result => (string?)result!["do"]));
        Assert.Equal([25, 25, 30, 30], results.Select(result => (int)result!["step"]!));
        Assert.Equal(["loss", "accuracy", "global_step"], results[1]!["values"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(25, (int?)results[1]!["values"]!["global_step"]);
        Assert.Equal((double?)results[1]!["values"]!["accuracy"], (double?)record["best"]!["accuracy"]!["value"]);
        Assert.Equal([10, 20, 25, 25, 30], MetricsOf(folder).Select(line => (int)line["step"]!));
        Assert.Equal(["train", "train", "train", "evaluate", "train"], MetricsOf(folder).Select(line => (string?)line["phase"]));
        Assert.Equal([2, 4, 5], MetricsOf(folder).Take(3).Select(line => (int)line["epoch"]!)); // whole passes of 70 examples in batches of 16
        Assert.Equal(
            ["model.ckpt-0.safetensors", "model.ckpt-25.safetensors", "model.ckpt-30.safetensors", "resume.ckpt-5.safetensors", "resume.ckpt-6.safetensors"],
            Directory.GetFiles(Path.Combine(folder, "checkpoints")).Select(Path.GetFileName).Order());
        Assert.Contains("done", program.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "log.jsonl")));
    }

    [Fact]
    public void PredictionsAreOneRowAnExampleByTheOutputsName()
    {
        using var program = new ProgramUnderTest();
        Assert.Equal(0, program.Invoke("run", program.Write("small.yaml", Small), "--runs", program.Runs));

        using var scope = NewDisposeScope();
        var read = Npz.Read(Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "small"))), "out", "p.npz"));

        Assert.Equal(["dense"], read.Keys);
        Assert.Equal([20, 3], read["dense"].shape);
        Assert.Equal(20, read["dense"].sum().item<float>(), 1e-3);
    }

    [Fact]
    public void TheSameSeedGivesTheSameNumbersAndWeightsAndSoDoesTheResolvedFile()
    {
        using var program = new ProgramUnderTest();
        var file = program.Write("small.yaml", Small);
        Assert.Equal(0, program.Invoke("run", file, "--runs", program.Of("a")));
        var first = Assert.Single(Directory.GetDirectories(program.Of("a/small")));
        Assert.Equal(0, program.Invoke("run", file, "--runs", program.Of("b")));
        Assert.Equal(0, program.Invoke("run", Path.Combine(first, "resolved.yaml"), "--runs", program.Of("c")));

        foreach (var again in new[] { program.Of("b/small"), program.Of("c/small") }.Select(runs => Assert.Single(Directory.GetDirectories(runs))))
        {
            Assert.Equal(MetricsOf(first).Select(line => line["values"]!.ToJsonString()), MetricsOf(again).Select(line => line["values"]!.ToJsonString()));
            const string Last = "checkpoints/model.ckpt-30.safetensors";
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, Last)), File.ReadAllBytes(Path.Combine(again, Last)));
        }
    }

    [Fact]
    public void AnotherSeedGivesOtherNumbers()
    {
        using var program = new ProgramUnderTest();
        var file = program.Write("small.yaml", Small);
        Assert.Equal(0, program.Invoke("run", file, "--runs", program.Of("a")));
        Assert.Equal(0, program.Invoke("run", file, "--runs", program.Of("b"), "--set", "seed=4"));

        var (a, b) = (Assert.Single(Directory.GetDirectories(program.Of("a/small"))), Assert.Single(Directory.GetDirectories(program.Of("b/small"))));
        Assert.NotEqual(MetricsOf(a)[0]["values"]!.ToJsonString(), MetricsOf(b)[0]["values"]!.ToJsonString());
    }

    [Fact]
    public void ADryRunPrintsTheModelAndLeavesNothing()
    {
        using var program = new ProgramUnderTest();

        Assert.Equal(0, program.Invoke("run", program.Write("small.yaml", Small), "--runs", program.Runs, "--dry-run"));

        Assert.Contains("x_input [batch, 4] float32", program.Output, StringComparison.Ordinal);
        Assert.Contains("Total params: 67", program.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(program.Runs));
    }

    [Fact]
    public void AMistakeCostsNothing()
    {
        using var program = new ProgramUnderTest();

        Assert.Equal(2, program.Invoke("run", program.Write("small.yaml", Small), "--runs", program.Runs, "--set", "compile.optimizer=adan"));

        Assert.Contains("Did you mean 'adam'?", program.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(program.Runs));
    }

    [Fact]
    public void AFailureKeepsWhatWasMeasuredAndSaysWhy()
    {
        using var program = new ProgramUnderTest();

        var code = program.Invoke("run", program.Write("small.yaml", Small), "--runs", program.Runs, "--set", "compile.optimizer={SGD: {learning_rate: 1e30}}");

        Assert.Equal(1, code);
        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "small")));
        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!;
        Assert.Equal("failed", (string?)record["status"]);
        Assert.Contains("not a number", (string?)record["error"], StringComparison.Ordinal);
        Assert.Equal("NaN", (string?)MetricsOf(folder)[^1]["values"]!["loss"]);
    }

    [Fact]
    public void ASecondRunOfTheSameSecondGetsAFolderOfItsOwn()
    {
        using var program = new ProgramUnderTest();
        var file = program.Write("small.yaml", Small);

        for (var run = 0; run < 3; run++)
        {
            Assert.Equal(0, program.Invoke("run", file, "--runs", program.Runs));
        }

        Assert.Equal(3, Directory.GetDirectories(Path.Combine(program.Runs, "small")).Length);
    }

    private static List<JsonNode> MetricsOf(string folder) =>
        [.. File.ReadAllLines(Path.Combine(folder, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!)];
}
