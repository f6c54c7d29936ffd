using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Every model that Keras saved, said in ONNX: what ONNX Runtime predicts is what Keras predicted.</summary>
public class OnnxTests
{
    [Theory, MemberData(nameof(GoldenCases.Names), "keras2", MemberType = typeof(GoldenCases))]
    public void PredictsAsKeras2(string name) => AssertPredicts("keras2", name, "model.h5");

    [Theory, MemberData(nameof(GoldenCases.Names), "keras3", MemberType = typeof(GoldenCases))]
    public void PredictsAsKeras3(string name) => AssertPredicts("keras3", name, "model.keras");

    private static void AssertPredicts(string set, string name, string file)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCases.Open(set, name);
        using var folder = golden.Extract();
        using var loaded = ModelFile.Load(folder.Of(file));
        if (Environment.GetEnvironmentVariable("EXPERIMENTRUNNER_ONNX_FOLDER") is { Length: > 0 } kept) // for tests/check-onnx.sh
        {
            OnnxFile.Save(Path.Combine(kept, $"{set}-{name}.onnx"), loaded.Model);
        }

        var graph = loaded.Model.Graph;
        var (inputs, outputs) = (Npz.Read(folder.Of("x.npz")), Npz.Read(folder.Of("y.npz")));
        using var model = new OnnxModel(loaded.Model, threads: 1);

        var predicted = model.Call([.. graph.Inputs.Select(port => inputs[port.Name])]);

        foreach (var (port, actual) in graph.Outputs.Zip(predicted))
        {
            SavedModelTests.AssertClose(outputs[port.Name], actual, golden);
        }
    }
}
