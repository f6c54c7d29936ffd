using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Every model that Keras saved, said in ONNX: what ONNX Runtime predicts is what Keras predicted.</summary>
public class OnnxTests
{
    /// <summary>What ONNX cannot say, or is not said in it here: words of the message, and the cases.</summary>
    private static readonly Dictionary<string, string[]> NotSaid = new()
    {
        ["not of the size it declares"] = ["keras3/randomcrop_inference"],
    };

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
        if (NotSaid.Where(reason => reason.Value.Contains($"{set}/{name}")).Select(reason => reason.Key).FirstOrDefault() is { } words)
        {
            Assert.Contains(words, Assert.Throws<OnnxException>(() => OnnxFile.Write(loaded.Model)).Message, StringComparison.Ordinal);
            return;
        }

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
