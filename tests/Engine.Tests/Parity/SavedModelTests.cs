using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Every model that Keras saved: it is loaded, predicts what Keras predicted, is saved, and is the same again.</summary>
public class SavedModelTests
{
    /// <summary>Cases of layers that are not built yet, with the layer: they are refused by its name until then.</summary>
    internal static readonly Dictionary<string, string> Awaited = new()
    {
        ["keras2/resizing"] = "Resizing",
        ["keras3/autocontrast"] = "AutoContrast",
        ["keras3/randombrightness_inference"] = "RandomBrightness",
        ["keras3/randomcontrast_inference"] = "RandomContrast",
        ["keras3/randomcrop_inference"] = "RandomCrop",
        ["keras3/randomflip_inference"] = "RandomFlip",
        ["keras3/randomrotation_inference"] = "RandomRotation",
        ["keras3/randomtranslation_inference"] = "RandomTranslation",
        ["keras3/randomzoom_inference"] = "RandomZoom",
        ["keras3/resizing"] = "Resizing",
        ["keras3/resizing_bicubic"] = "Resizing",
        ["keras3/resizing_crop"] = "Resizing",
        ["keras3/resizing_lanczos3"] = "Resizing",
        ["keras3/resizing_nearest"] = "Resizing",
        ["keras3/solarization_fixed"] = "Solarization",
    };

    public static TheoryData<string> Built(string set) =>
        [.. GoldenCases.Names(set).Cast<object[]>().Select(row => (string)row[0]).Where(name => !Awaited.ContainsKey($"{set}/{name}"))];

    public static TheoryData<string> NotBuilt() => [.. Awaited.Keys];

    [Theory, MemberData(nameof(Built), "keras2")]
    public void PredictsAsKeras2(string name) => AssertPredicts("keras2", name, "model.h5");

    [Theory, MemberData(nameof(Built), "keras3")]
    public void PredictsAsKeras3(string name) => AssertPredicts("keras3", name, "model.keras");

    [Theory, MemberData(nameof(NotBuilt))]
    public void ALayerThatIsNotBuiltYetIsNamed(string place)
    {
        var (set, name) = (place.Split('/')[0], place.Split('/')[1]);
        using var folder = GoldenCases.Open(set, name).Extract();

        var error = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Of(set == "keras2" ? "model.h5" : "model.keras")));

        Assert.Contains($"'{Awaited[place]}' is not built yet.", error.Message, StringComparison.Ordinal);
    }

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
