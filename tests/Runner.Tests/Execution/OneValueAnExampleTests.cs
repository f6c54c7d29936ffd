using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Tests.Commands;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Execution;

/// <summary>A column of a table has one value an example, [batch]; an input of the shape [batch, 1] takes it, as Keras's do.</summary>
public class OneValueAnExampleTests
{
    [Theory]
    [InlineData("stream: false", "")]
    [InlineData("stream: true", "")]
    [InlineData("stream: false", "transform: {size: [Normalization: {axis: null}]}, ")]
    [InlineData("stream: true", "transform: {size: [Normalization: {axis: null}]}, ")]
    public void AnInputOfOneValueTakesAColumn(string stream, string transform)
    {
        using var program = new ProgramUnderTest();
        using var scope = NewDisposeScope();
        program.Write("rows.csv", "size,word,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 7}.5,{(i % 3 == 0 ? "good" : "bad")},{i % 2}\n")));
        var file = program.Write("rows.yaml", $$"""
            seed: 1
            data: {d: {source: csv, path: rows.csv, {{transform}}{{stream}} } }
            model:
              inputs: {size: {shape: [1]}, word: {shape: [1], dtype: string} }
              layers:
                - StringLookup: {vocabulary: [good, bad], output_mode: multi_hot, from: word}
                - Concatenate: {from: [size, string_lookup]}
                - Dense: {units: 1, name: y}
            compile: {loss: mse, optimizer: sgd}
            run:
              - fit: {x: {size: d.train.size, word: d.train.word}, y: d.train.y, validation_split: 0.2, batch_size: 8}
              - evaluate: {x: {size: d.train.size, word: d.train.word}, y: d.train.y}
              - predict: {x: {size: d.train.size, word: d.train.word}, output: p.npz}
            """);

        Assert.True(program.Invoke("validate", file) == 0, program.Errors);
        Assert.True(program.Invoke("run", file, "--runs", program.Runs) == 0, program.Errors);
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "rows")));
        Assert.True(program.Invoke("predict", "rows", "--runs", program.Runs, "--input", program.Of("rows.csv"), "--output", program.Of("y.npz")) == 0, program.Errors);
        Assert.True(program.Invoke("evaluate", "rows", "--runs", program.Runs, "--input", program.Of("rows.csv"), "--json") == 0, program.Errors);

        Assert.Equal([40, 1], Npz.Read(Path.Combine(run, "p.npz"))["y"].shape);
        Assert.True(allclose(Npz.Read(Path.Combine(run, "p.npz"))["y"], Npz.Read(program.Of("y.npz"))["y"], 1e-5, 1e-6));
        var evaluated = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "run.json")))!["results"]!.AsArray().Single(result => (string?)result!["do"] == "evaluate")!["values"]!;
        Assert.Equal((double)evaluated["loss"]!, (double)JsonNode.Parse(program.Output)!["loss"]!, 1e-5);
    }
}
