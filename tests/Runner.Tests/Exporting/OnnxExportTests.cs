using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Tests.Commands;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Exporting;

/// <summary>Runs given away as ONNX: what the file says of itself, and that it predicts what the run does.</summary>
public class OnnxExportTests
{
    private const string Experiment = """
        seed: 1
        runtime: {precision: bfloat16}
        data: {d: {source: synthetic, examples: {train: 64}, columns: {a: {shape: [2]}, b: {shape: [3]}, y: {linear_of: a}, z: {linear_of: b}}}}
        model:
          name: twin
          inputs: {a: {shape: [2]}, b: {shape: [3]}}
          layers:
            - Concatenate: {from: [a, b]}
            - Dense: {units: 1, name: y}
            - Dense: {units: 4, name: z, from: concatenate}
          outputs: [y, z]
        compile: {loss: mse, optimizer: sgd}
        run: [fit: {x: {a: d.train.a, b: d.train.b}, y: {y: d.train.y, z: d.train.z}, batch_size: 16, epochs: 2}]
        """;

    [Fact]
    public void TheFileKeepsNamesAndShapesAndSaysWhereItIsFrom()
    {
        using var program = new ProgramUnderTest();
        using var session = Exported(program, out var run);

        var about = session.ModelMetadata;
        Assert.Equal(("ExperimentRunner", "twin"), (about.ProducerName, about.GraphName));
        Assert.Equal(["parameters", "run", "step", "weights"], about.CustomMetadataMap.Keys.Order());
        Assert.Equal(("30", "two/" + Path.GetFileName(run), "8"), (about.CustomMetadataMap["parameters"], about.CustomMetadataMap["run"], about.CustomMetadataMap["step"]));
        Assert.Matches("^sha256:[0-9a-f]{64}$", about.CustomMetadataMap["weights"]);
        Assert.Equal(["a batch,2", "b batch,3"], session.InputMetadata.Select(Line));
        Assert.Equal(["y batch,1", "z batch,4"], session.OutputMetadata.Select(Line));

        static string Line(KeyValuePair<string, NodeMetadata> port) =>
            $"{port.Key} {string.Join(',', port.Value.Dimensions.Zip(port.Value.SymbolicDimensions, (length, name) => length < 0 ? name : $"{length}"))}";
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void ItPredictsAnyBatchAsTheRunDoes(int rows)
    {
        using var program = new ProgramUnderTest();
        using var scope = NewDisposeScope();
        using var session = Exported(program, out _);
        var (a, b) = (linspace(-1, 1, rows * 2).reshape(rows, 2), linspace(0, 1, rows * 3).reshape(rows, 3));
        Npz.Write(program.Of("x.npz"), new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b });
        var asked = new Dictionary<string, IReadOnlyDictionary<string, Tensor>>();
        foreach (var engine in new[] { "torch", "onnx" })
        {
            Assert.Equal(0, program.Invoke("predict", "two", "--input", program.Of("x.npz"), "--output", program.Of("y.npz"), "--engine", engine, "--runs", program.Runs));
            asked[engine] = Npz.Read(program.Of("y.npz"));
        }

        using var results = session.Run(
            new RunOptions(), ["a", "b"], [Value(a), Value(b)], ["y", "z"]);

        foreach (var (name, result) in new[] { "y", "z" }.Zip(results))
        {
            var told = tensor(result.GetTensorDataAsSpan<float>().ToArray(), [rows, -1 + (name == "y" ? 2 : 5)]);
            Assert.True(allclose(asked["onnx"][name], told, 1e-5, 1e-6), name);
            Assert.True(allclose(asked["torch"][name], told, 2e-2, 2e-2), name); // torch computes in the run's bfloat16
        }

        static OrtValue Value(Tensor values) => OrtValue.CreateTensorValueFromMemory(values.data<float>().ToArray(), values.shape);
    }

    private static InferenceSession Exported(ProgramUnderTest program, out string run)
    {
        Assert.True(program.Invoke("run", program.Write("two.yaml", Experiment), "--runs", program.Runs) == 0, program.Errors);
        run = Assert.Single(Directory.GetDirectories(Path.Combine(program.Runs, "two")));
        Assert.True(program.Invoke("export", "two@best:loss", "--format", "onnx", "--output", program.Of("two.onnx"), "--runs", program.Runs) == 0, program.Errors);
        return new InferenceSession(program.Of("two.onnx"));
    }
}
