using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>What runs do with data that are read while they are used.</summary>
public class StreamRunTests
{
    private const string Streamed = """
        seed: 5
        data:
          toy: {source: csv, path: toy.csv, columns: {x: [a, b]}, stream: true, shuffle_buffer: 40, split: {validation: 0.2}, transform: {x: [Normalization]}}
        model: {layers: [Dense: {units: 8, activation: relu, input_shape: [2], name: x}, Dense: {units: 3, activation: softmax}]}
        compile: {loss: sparse_categorical_crossentropy, optimizer: adam, metrics: [accuracy]}
        input_fns:
          train: {x: toy.train.x, y: toy.train.y, batch_size: 16, num_epochs: null, shuffle: true}
          eval: {x: toy.validation.x, y: toy.validation.y, shuffle: false}
        estimator: {config: {log_step_count_steps: 10}}
        runtime: {checkpoint: {every: {steps: 7}}}
        run:
          - fit: {x: toy.train.x, y: toy.train.y, batch_size: 16, epochs: 2, validation_split: 0.1, class_weight: {1: 2.0}}
          - train: {input_fn: train, steps: 45}
          - evaluate: {input_fn: eval}
          - predict: {input_fn: eval, output: predictions.csv}
        """;

    [Fact]
    public void AStreamedRunMeasuresWhatOneInMemoryDoesWhereTheBufferHoldsAll()
    {
        using var program = new ProgramUnderTest();
        Table(program, 300);
        var all = Streamed.Replace("shuffle_buffer: 40", "shuffle_buffer: 1000", StringComparison.Ordinal);

        var (streamed, whole) = (Run(program, "streamed", all), Run(program, "whole", all.Replace("stream: true", "stream: false", StringComparison.Ordinal)));

        Assert.Equal(Metrics(whole), Metrics(streamed));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "predictions.csv")), File.ReadAllText(Path.Combine(streamed, "predictions.csv")));
        var (of, record) = (Record(whole), Record(streamed));
        Assert.Equal(of["weights"]!.ToJsonString(), record["weights"]!.ToJsonString());
        Assert.Equal(of["data"]!.ToJsonString(), record["data"]!.ToJsonString()); // a table is read whole once, so its digest is that of all
        Assert.Equal([true, true, false, false], record["results"]!.AsArray().Select(result => result!["waited"] is not null));
        Assert.Contains("were spent waiting for data", File.ReadAllText(Path.Combine(streamed, "log.jsonl")), StringComparison.Ordinal);
        Assert.Contains("The data 'toy' are read while they are used", File.ReadAllText(Path.Combine(streamed, "log.jsonl")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fit: {x: toy.train.x, y: toy.train.y, batch_size: 16, epochs: 3, validation_data: toy.validation}", 5)]
    [InlineData("fit: {x: toy.train.x, y: toy.train.y, batch_size: 16, epochs: 4, steps_per_epoch: 9}", 4)]
    [InlineData("train: {input_fn: train, steps: 45}", 4)]
    [InlineData("train: {input_fn: train, steps: 45}", 11)]
    [InlineData("train_and_evaluate: {train: {input_fn: train, max_steps: 40}, eval: {input_fn: eval, steps: null, every: {steps: 6}}}", 7)]
    public void ATrainingThatStoppedWithinAPassGoesOnToTheSameBits(string step, int every)
    {
        using var program = new ProgramUnderTest();
        Table(program, 300);
        var text = Streamed[..Streamed.IndexOf("run:", StringComparison.Ordinal)].Replace("{steps: 7}", $"{{steps: {every}}}", StringComparison.Ordinal) + $"run: [{step}]";
        var folder = Run(program, "toy", text);
        var (metrics, weights) = (Metrics(folder), Record(folder)["weights"]!.ToJsonString());
        var checkpoints = Directory.GetFiles(Path.Combine(folder, "checkpoints"), "resume.ckpt-*.safetensors").OrderBy(NumberOf).ToList();
        Assert.True(checkpoints.Count > 1);
        checkpoints[1..].ForEach(File.Delete); // what was kept before the end
        Unfinish(folder);

        Assert.True(program.Invoke("resume", folder) == 0, program.Errors);

        Assert.Equal(metrics, Metrics(folder));
        Assert.Equal(weights, Record(folder)["weights"]!.ToJsonString());
    }

    [Fact]
    public void ATableThatGoesBadWhileItIsUsedEndsTheRunWithASentence()
    {
        using var program = new ProgramUnderTest();
        Table(program, 300);
        File.AppendAllText(program.Of("toy.csv"), "1,1,x\n1,1,1\n");

        Assert.Equal(1, program.Invoke("run", program.Write("toy.yaml", Streamed), "--runs", program.Runs));

        Assert.Contains("toy.csv:302: 'x' in the column 'y' is no number.", program.Errors, StringComparison.Ordinal);
    }

    private static int NumberOf(string checkpoint) => int.Parse(Path.GetFileName(checkpoint).Split('-', '.')[2], CultureInfo.InvariantCulture);

    private static void Table(ProgramUnderTest program, int rows) =>
        program.Write("toy.csv", string.Join('\n', ["a,b,y", .. Enumerable.Range(0, rows).Select(i => $"{i % 7},{i % 5}.5,{i % 3}")]) + "\n");

    private static string Run(ProgramUnderTest program, string name, string text)
    {
        Assert.True(program.Invoke("run", program.Write($"{name}.yaml", text), "--runs", program.Runs, "--name", name) == 0, program.Errors);
        return Directory.GetDirectories(Path.Combine(program.Runs, name)).Single();
    }

    private static void Unfinish(string folder)
    {
        var record = Record(folder);
        record["status"] = "running";
        File.WriteAllText(Path.Combine(folder, "run.json"), record.ToJsonString());
    }

    private static JsonNode Record(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "run.json")))!;

    private static List<string> Metrics(string folder) => [.. File.ReadLines(Path.Combine(folder, "metrics.jsonl")).Select(line =>
    {
        var json = JsonNode.Parse(line)!.AsObject();
        json.Remove("time");
        return json.ToJsonString();
    })];
}
