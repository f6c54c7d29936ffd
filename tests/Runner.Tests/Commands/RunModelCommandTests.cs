using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Commands;

/// <summary>Models of runs, asked through the commands that people use: they take raw values.</summary>
public class RunModelCommandTests
{
    private const string Experiment = """
        seed: 3
        data:
          toy:
            source: npz
            paths: {train: raw.npz, test: raw.npz}
            transform: {x: [Normalization: {}], y: [to_categorical: {num_classes: 3}]}
        model:
          layers:
            - Dense: {units: 8, activation: relu, input_shape: [4], name: a}
            - BatchNormalization
            - Dense: {units: 3, activation: softmax, name: b}
        compile: {loss: categorical_crossentropy, optimizer: {Adam: {learning_rate: 0.05}}, metrics: [accuracy]}
        input_fns:
          train: {x: toy.train.x, y: toy.train.y, batch_size: 8, num_epochs: null, shuffle: true}
          eval: {x: toy.test.x, y: toy.test.y, batch_size: 100, shuffle: false}

        """;

    [Theory]
    [InlineData("""
        run:
          - fit: {x: toy.train.x, y: toy.train.y, epochs: 2}
          - compile: {optimizer: SGD, trainable: {a: false}}
          - fit: {x: toy.train.x, y: toy.train.y}
          - evaluate: {x: toy.test.x, y: toy.test.y}
          - predict: {x: toy.test.x, output: p.npz}
        """)]
    [InlineData("""
        estimator: {mode: keras_model}
        run:
          - fit: {x: toy.train.x, y: toy.train.y}
          - train: {input_fn: train, steps: 9}
          - evaluate: {input_fn: eval}
          - predict: {input_fn: eval, output: p.npz}
        """)]
    [InlineData("""
        estimator: {mode: keras_model_path, keras_model_path: middle.h5}
        run:
          - fit: {x: toy.train.x, y: toy.train.y, callbacks: [ModelCheckpoint: {filepath: middle.h5}]}
          - train: {input_fn: train, steps: 5}
          - evaluate: {input_fn: eval}
          - predict: {input_fn: eval, output: p.npz}
        """)]
    public void ARunPredictsFromRawValuesWhatItPredictedItself(string steps)
    {
        using var program = new ProgramUnderTest();
        using var scope = NewDisposeScope();
        Npz.Write(program.Of("raw.npz"), new Dictionary<string, TorchSharp.torch.Tensor>
        {
            ["x"] = arange(60 * 4).reshape(60, 4).to_type(ScalarType.Float32).sin() * 5 + 2,
            ["y"] = arange(60) % 3,
        });
        var code = program.Invoke("run", program.Write("toy.yaml", Experiment + steps), "--runs", program.Runs);
        Assert.True(code == 0, program.Errors);
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "toy")));
        var evaluated = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["results"]!.AsArray().Single(result => (string?)result!["do"] == "evaluate")!["values"]!;

        code = program.Invoke("predict", "toy", "--input", program.Of("raw.npz"), "--output", program.Of("y.npz"), "--runs", program.Runs);
        Assert.True(code == 0, program.Errors);
        Assert.True(allclose(Npz.Read(Path.Combine(run, "p.npz"))["b"], Npz.Read(program.Of("y.npz"))["b"], 1e-5, 1e-6));

        code = program.Invoke("evaluate", run, "--input", program.Of("raw.npz"), "--json", "--batch-size", "100", "--runs", program.Runs);
        Assert.True(code == 0, program.Errors);
        Assert.Equal((double)evaluated["loss"]!, (double)JsonNode.Parse(program.Output)!["loss"]!, 1e-5);

        code = program.Invoke("export", "toy@best:loss", "--format", "keras", "--output", program.Of("toy.keras"), "--runs", program.Runs);
        Assert.True(code == 0, program.Errors);
        using var exported = ModelFile.Load(program.Of("toy.keras"));
        Assert.True(exported.HasOptimizerState);

        code = program.Invoke("run", Path.Combine(run, "resolved.yaml"), "--runs", program.Of("again"));
        Assert.True(code == 0, program.Errors);
    }

    [Fact]
    public void ARunWithoutWeightsSaysSo()
    {
        using var program = new ProgramUnderTest();
        using var scope = NewDisposeScope();
        Npz.Write(program.Of("raw.npz"), new Dictionary<string, TorchSharp.torch.Tensor> { ["x"] = zeros(6, 4), ["y"] = arange(6) % 3 });
        program.Invoke("run", program.Write("toy.yaml", Experiment + "run: [{predict: {x: toy.test.x}}]"), "--runs", program.Runs);
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "toy")));

        Assert.Equal(2, program.Invoke("predict", "toy", "--input", program.Of("raw.npz"), "--runs", program.Runs));

        Assert.Equal($"error: The run {run} has trained no model yet.\n", program.Errors);
    }
}
