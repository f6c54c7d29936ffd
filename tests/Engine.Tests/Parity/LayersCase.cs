using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using PureHDF;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>A golden case of a few layers, read apart: each layer with its weights (also those of layers inside it), and the arrays by name.</summary>
internal sealed class LayersCase
{
    private readonly GoldenCase _golden;
    private readonly bool _legacy;
    private readonly JsonArray _layers;

    private LayersCase(GoldenCase golden)
    {
        _golden = golden;
        _legacy = golden.Files.Contains("model.h5");
        _layers = (_legacy ? LegacyConfig() : ModernConfig())["config"]!["layers"]!.AsArray();
        Inputs = Arrays("x.npz");
        Expected = Arrays("y.npz").Values.Single();
    }

    /// <summary>What goes in, by the input's name.</summary>
    public IReadOnlyDictionary<string, Tensor> Inputs { get; }

    /// <summary>What came out of Keras.</summary>
    public Tensor Expected { get; }

    public static LayersCase Open(string set, string name) => new(GoldenCases.Open(set, name));

    /// <summary>The names of all cases whose layers beside the inputs are one of these classes.</summary>
    public static TheoryData<string, string> Of(params string[] classes)
    {
        var cases = new TheoryData<string, string>();
        foreach (var set in new[] { "keras2", "keras3" })
        {
            foreach (var name in GoldenCases.Names(set).Cast<object[]>().Select(row => (string)row[0]))
            {
                var layers = GoldenCases.Open(set, name).Json("case.json")["layers"]!.AsArray().Select(layer => (string)layer!).Except(["InputLayer"]).ToArray();
                if (layers is [var only] && classes.Contains(only))
                {
                    cases.Add(set, name);
                }
            }
        }

        Assert.NotEmpty(cases);
        return cases;
    }

    /// <summary>The definition of the only layer of a class, and its first call.</summary>
    public (Layer Layer, string Name, JsonNode? Call) Find(string className)
    {
        var entry = _layers.Single(layer => (string)layer!["class_name"]! == className)!;
        if (_legacy)
        {
            var config = entry["config"]!.AsObject();
            config.Remove("batch_input_shape");
            if (className == "BatchNormalization" && config["axis"] is JsonArray { Count: 1 } axis)
            {
                config["axis"] = axis[0]!.DeepClone();
            }
        }

        var text = entry.ToJsonString();
        if (_legacy)
        {
            text = text.Replace("\"hard_sigmoid\"", """{"class_name": "hard_sigmoid", "config": {"slope": 0.2}}""", StringComparison.Ordinal);
        }

        return (Reading.Read<Layer>(JsonNodes.Parse(text), Dialect.Keras), (string)entry["name"]!, entry["inbound_nodes"]!.AsArray().FirstOrDefault());
    }

    /// <summary>The only layer that is no input, built for the inputs of its call and with Keras's weights; and that call.</summary>
    public (Layer Layer, LayerModule Module, IReadOnlyList<Tensor> Inputs, CallOptions Call) Only()
    {
        var className = (string)_layers.Single(layer => (string)layer!["class_name"]! != "InputLayer")!["class_name"]!;
        var (layer, name, node) = Find(className);
        var text = node!.ToJsonString();
        var names = Inputs.Keys.SelectMany(input => Places(text, input).Select(at => (At: at, Input: input))).Order().Select(pair => pair.Input).ToArray();
        var call = new CallOptions { UseCausalMask = text.Contains("\"use_causal_mask\":true", StringComparison.Ordinal) };
        var inputs = names.Select(input => Inputs[input]).ToArray();
        var module = layer.Build([.. inputs.Select(SpecOf)], new BuildContext(name, new RandomKey(1)).For(call));
        Load(name, module);
        return (layer, module, inputs, call);
    }

    /// <summary>Gives a module and all inside it the weights that Keras saved for a layer.</summary>
    public void Load(string name, LayerModule module)
    {
        if (_legacy)
        {
            using var file = H5File.Open(_golden.Open("model.h5"));
            var group = file.Group("model_weights").Group(name);
            var names = group.Attribute("weight_names") is { Space.Dimensions: [> 0] } some ? some.Read<string[]>() : [];
            var values = names.Select(weight => Read(group.Dataset(weight))).ToList();
            Assert.Equal(module.AllWeights.Count(), values.Count);
            foreach (var (weight, value) in module.AllWeights.Zip(values))
            {
                Assign(weight, value);
            }
        }
        else
        {
            using var zip = new ZipArchive(_golden.Open("model.keras"));
            using var file = H5File.Open(new MemoryStream(Bytes(zip.GetEntry("model.weights.h5")!)));
            var group = file.Group("layers").Children().OfType<IH5Group>().Single(group => group.Group("vars").Attribute("name").Read<string>() == name);
            Load(group, module);
        }
    }

    public void AssertClose(Tensor actual)
    {
        Assert.Equal(Expected.shape, actual.shape);
        var json = _golden.Json("case.json");
        var (relative, absolute) = (json["rtol"]!.GetValue<double>(), json["atol"]!.GetValue<double>());
        var distance = (actual - Expected).abs();
        Assert.True(
            (distance - (relative * Expected.abs()) - absolute).max().item<float>() <= 0,
            string.Create(CultureInfo.InvariantCulture, $"off by {distance.max().item<float>()}"));
    }

    public static Spec SpecOf(Tensor x) => new(new Shape(x.shape.Select((length, axis) => axis == 0 ? null : (long?)length)));

    private static IEnumerable<int> Places(string text, string input)
    {
        for (var at = text.IndexOf($"[\"{input}\"", StringComparison.Ordinal); at >= 0; at = text.IndexOf($"[\"{input}\"", at + 1, StringComparison.Ordinal))
        {
            yield return at;
        }
    }

    private static void Load(IH5Group group, LayerModule module)
    {
        var values = group.Group("vars").Children().OfType<IH5Dataset>().OrderBy(weight => int.Parse(weight.Name, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(module.Weights.Count, values.Count);
        foreach (var (weight, value) in module.Weights.Zip(values))
        {
            Assign(weight, Read(value));
        }

        foreach (var (attribute, child) in module.Children)
        {
            var inside = attribute.Split('/').Aggregate(group, (parent, part) => parent.Group(part));
            Assert.Equal(inside.Group("vars").Attribute("name").Read<string>(), NameOf(child));
            Load(inside, child);
        }
    }

    /// <summary>What a part is called, by the paths of the weights in it.</summary>
    private static string NameOf(LayerModule module)
    {
        var up = 2;
        for (; module.Weights.Count == 0; module = module.Children[0].Value)
        {
            up++;
        }

        return module.Weights[0].Path.Split('/')[^up];
    }

    private static void Assign(Weight weight, Tensor value)
    {
        Assert.Equal(weight.Shape, value.shape);
        weight.Assign(value);
    }

    private static Tensor Read(IH5Dataset dataset) =>
        tensor(dataset.Read<float[]>(), [.. dataset.Space.Dimensions.Select(length => (long)length)]);

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private JsonNode LegacyConfig()
    {
        using var file = H5File.Open(_golden.Open("model.h5"));
        return JsonNode.Parse(file.Attribute("model_config").Read<string>())!;
    }

    private JsonNode ModernConfig()
    {
        using var zip = new ZipArchive(_golden.Open("model.keras"));
        return JsonNode.Parse(Bytes(zip.GetEntry("config.json")!))!;
    }

    private Dictionary<string, Tensor> Arrays(string file)
    {
        using var zip = new ZipArchive(_golden.Open(file));
        return zip.Entries.ToDictionary(entry => entry.Name[..^".npy".Length], entry => Array(Bytes(entry)));
    }

    private static Tensor Array(byte[] bytes)
    {
        var start = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var header = Encoding.ASCII.GetString(bytes, 10, start - 10);
        Assert.Contains("'fortran_order': False", header, StringComparison.Ordinal);
        var shape = header[(header.IndexOf('(', StringComparison.Ordinal) + 1)..header.IndexOf(')', StringComparison.Ordinal)]
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(length => long.Parse(length, CultureInfo.InvariantCulture)).ToArray();
        return header.Contains("'<i4'", StringComparison.Ordinal)
            ? tensor(MemoryMarshal.Cast<byte, int>(bytes.AsSpan(start)).ToArray(), shape)
            : tensor(MemoryMarshal.Cast<byte, float>(bytes.AsSpan(start)).ToArray(), shape);
    }
}
