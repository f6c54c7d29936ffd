using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Tensors;
using PureHDF;
using TorchSharp;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>A golden case whose model is one layer: the layer, built with the file's weights, and what goes in and comes out.</summary>
internal sealed class OneLayerCase : IDisposable
{
    /// <summary>Options that Keras 2 writes because a base class has them, at their defaults; the layers themselves never had them.</summary>
    private static readonly Dictionary<string, string[]> InheritedByKeras2 = new()
    {
        ["Conv1DTranspose"] = ["groups"],
        ["Conv2DTranspose"] = ["groups"],
        ["DepthwiseConv2D"] = ["groups"],
        ["SeparableConv2D"] = ["groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"],
    };

    private readonly GoldenCase _golden;

    private OneLayerCase(GoldenCase golden, JsonNode config)
    {
        _golden = golden;
        foreach (var option in InheritedByKeras2.GetValueOrDefault((string)config["class_name"]!, []))
        {
            config["config"]!.AsObject().Remove(option);
        }

        Layer = Reading.Read<Layer>(JsonNodes.Parse(config.ToJsonString()), Dialect.Keras);
        Input = ReadArray("x.npz");
        Expected = ReadArray("y.npz");
        var spec = new Spec(new Shape(Input.shape.Select((length, axis) => axis == 0 ? null : (long?)length)));
        Inferred = Layer.Infer([spec], CallOptions.None)[0].Shape;
        Module = Layer.Build([spec], new BuildContext("layer", new RandomKey(1)));
        var values = golden.Files.Contains("model.h5") ? ReadLegacy() : ReadModern();
        Assert.Equal(Module.Weights.Count, values.Count);
        foreach (var (weight, value) in Module.Weights.Zip(values))
        {
            Assert.Equal(weight.Shape, value.shape);
            weight.Assign(value);
        }
    }

    public Layer Layer { get; }

    public LayerModule Module { get; }

    public torch.Tensor Input { get; }

    public torch.Tensor Expected { get; }

    /// <summary>The shape that the layer says its output has.</summary>
    public Shape Inferred { get; }

    private double Number(string name) => _golden.Json("case.json")[name]!.GetValue<double>();

    /// <summary>The names of a set's cases that are an input and one layer of these classes.</summary>
    public static TheoryData<string, string> Of(params string[] classes)
    {
        var cases = new TheoryData<string, string>();
        foreach (var (set, name) in
            from set in new[] { "keras2", "keras3" }
            from name in GoldenCases.Names(set).Cast<object[]>().Select(row => (string)row[0])
            let layers = GoldenCases.Open(set, name).Json("case.json")["layers"]!.AsArray().Select(layer => (string)layer!).Where(layer => layer != "InputLayer").ToList()
            where layers.Count == 1 && classes.Contains(layers[0])
            select (set, name))
        {
            cases.Add(set, name);
        }

        Assert.NotEmpty(cases);
        return cases;
    }

    public static OneLayerCase Open(string set, string name)
    {
        var golden = GoldenCases.Open(set, name);
        var model = golden.Files.Contains("model.h5") ? LegacyConfig(golden) : ModernConfig(golden);
        var layers = model["config"]!["layers"]!.AsArray().Where(layer => (string)layer!["class_name"]! != "InputLayer").ToList();
        return new OneLayerCase(golden, Assert.Single(layers)!);
    }

    /// <summary>Calls the layer as a model does when it predicts.</summary>
    public torch.Tensor Call()
    {
        using var _ = torch.no_grad();
        return Module.Call([Input], [null], new Call(training: false, new RandomKey(1)))[0];
    }

    /// <summary>Checks that the layer computes what Keras computed, and what it inferred.</summary>
    public void AssertHolds()
    {
        var y = Call();
        Assert.Equal(Expected.shape, y.shape);
        Assert.Equal(Inferred.Skip(1), y.shape.Skip(1).Select(length => (long?)length));
        var (relative, absolute) = (Number("rtol"), Number("atol"));
        var excess = ((y - Expected).abs() - (relative * Expected.abs()) - absolute).max().item<float>();
        Assert.True(excess <= 0, string.Create(CultureInfo.InvariantCulture, $"off by {(y - Expected).abs().max().item<float>()}"));
    }

    public void Dispose() => Module.Dispose();

    private static JsonNode LegacyConfig(GoldenCase golden)
    {
        using var file = H5File.Open(golden.Open("model.h5"));
        return JsonNode.Parse(file.Attribute("model_config").Read<string>())!;
    }

    private static JsonNode ModernConfig(GoldenCase golden)
    {
        using var zip = new ZipArchive(golden.Open("model.keras"));
        using var text = zip.GetEntry("config.json")!.Open();
        return JsonNode.Parse(text)!;
    }

    private List<torch.Tensor> ReadLegacy()
    {
        using var file = H5File.Open(_golden.Open("model.h5"));
        var root = file.Group("model_weights");
        return [.. from layer in root.Children().OfType<IH5Group>()
                   where layer.Attribute("weight_names").Space.Dimensions is [> 0]
                   from name in layer.Attribute("weight_names").Read<string[]>()
                   select Read(layer.Dataset(name))];
    }

    private List<torch.Tensor> ReadModern()
    {
        using var zip = new ZipArchive(_golden.Open("model.keras"));
        using var stream = zip.GetEntry("model.weights.h5")!.Open();
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        using var file = H5File.Open(copy);
        return [.. from layer in file.Group("layers").Children().OfType<IH5Group>()
                   from weight in layer.Group("vars").Children().OfType<IH5Dataset>().OrderBy(weight => int.Parse(weight.Name, CultureInfo.InvariantCulture))
                   select Read(weight)];
    }

    private static torch.Tensor Read(IH5Dataset dataset) =>
        torch.tensor(dataset.Read<float[]>(), [.. dataset.Space.Dimensions.Select(length => (long)length)]);

    /// <summary>Reads the only array of an npz, as float32.</summary>
    private torch.Tensor ReadArray(string file)
    {
        using var zip = new ZipArchive(_golden.Open(file));
        using var stream = Assert.Single(zip.Entries).Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var bytes = copy.ToArray();
        var start = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var header = Encoding.ASCII.GetString(bytes, 10, start - 10);
        Assert.Contains("'<f4'", header, StringComparison.Ordinal);
        Assert.Contains("'fortran_order': False", header, StringComparison.Ordinal);
        var shape = header[(header.IndexOf('(', StringComparison.Ordinal) + 1)..header.IndexOf(')', StringComparison.Ordinal)];
        return torch.tensor(
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start)).ToArray(),
            [.. shape.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(length => long.Parse(length, CultureInfo.InvariantCulture))]);
    }
}
