using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Every model that Keras saved: it is loaded, predicts what Keras predicted, is saved, and is the same again.</summary>
public class SavedModelTests
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

        var inputs = Npz.Read(folder.Of("x.npz"));
        var outputs = Npz.Read(folder.Of("y.npz"));
        var graph = loaded.Model.Graph;
        Assert.Equal(inputs.Keys.Order(), graph.Inputs.Select(port => port.Name).Order());
        var predicted = Predict(loaded, inputs);
        Assert.Equal(outputs.Count, predicted.Count);
        Assert.Equal(outputs.Keys.Order(), graph.Outputs.Select(port => port.Name).Order());
        foreach (var (port, actual) in graph.Outputs.Zip(predicted))
        {
            AssertClose(outputs[port.Name], actual, golden);
        }
    }

    private static IReadOnlyList<Tensor> Predict(LoadedModel loaded, IReadOnlyDictionary<string, Tensor> inputs)
    {
        using var _ = no_grad();
        return loaded.Model.Call(
            [.. loaded.Model.Graph.Inputs.Select(port => inputs[port.Name].to_type(port.Spec.Type.ToTorch()))],
            new Call(training: false, default));
    }

    internal static void AssertClose(Tensor expected, Tensor actual, GoldenCase golden)
    {
        var limits = golden.Json("case.json");
        Assert.Equal(expected.shape, actual.shape);
        var (wide, real) = (expected.to_type(ScalarType.Float64), actual.to_type(ScalarType.Float64));
        var over = (wide - real).abs() - ((double)limits["rtol"]! * wide.abs()) - (double)limits["atol"]!;
        Assert.True(over.numel() == 0 || over.max().item<double>() <= 0, $"{golden.Name} is off by {(wide - real).abs().max().item<double>():g3}");
    }
}
