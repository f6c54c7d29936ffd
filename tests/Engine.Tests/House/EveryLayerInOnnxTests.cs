using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.House;

/// <summary>Every layer there is: ONNX Runtime computes what our forward pass does, or the layer is named with a reason.</summary>
public class EveryLayerInOnnxTests
{
    /// <summary>What ONNX cannot say, or is not said in it here, by the reason.</summary>
    private static readonly Dictionary<string, string[]> NotSaid = new()
    {
        ["it hashes, and ONNX has no operators for digits, letters and bits"] = ["Hashing"],
    };

    /// <summary>Layers with other options and inputs than their examples, as an experiment writes them.</summary>
    private static readonly (long[] Input, string[] Layers)[] More =
    [
        ([9, 4], ["""{"Masking": {"mask_value": 0.5}}""", """{"LSTM": {"units": 3, "return_sequences": true}}"""]),
        ([9, 4], ["""{"Masking": {"mask_value": 0.5}}""", """{"LSTM": {"units": 3}}"""]),
        ([9, 4], ["""{"Masking": {"mask_value": 0.5}}""", """{"GRU": {"units": 3, "go_backwards": true}}"""]),
        ([9, 4], ["""{"Masking": {"mask_value": 0.5}}""", """{"GRU": {"units": 3, "go_backwards": true, "return_sequences": true}}"""]),
        ([9, 4], ["""{"Masking": {"mask_value": 0.5}}""", """{"SimpleRNN": {"units": 3, "return_sequences": true}}""", """{"LSTM": {"units": 2}}"""]),
        ([9, 4], ["""{"Masking": {"mask_value": 0.5}}""", """{"Bidirectional": {"layer": {"LSTM": {"units": 3, "return_sequences": true}}}}""", """{"GRU": {"units": 2}}"""]),
        ([9, 4], ["""{"Masking": {"mask_value": 0.5}}""", """{"Bidirectional": {"layer": {"GRU": {"units": 3}}, "merge_mode": "sum"}}"""]),
        ([9, 4], ["""{"Masking": {"mask_value": 0.5}}""", """{"RNN": {"cell": {"StackedRNNCells": {"cells": [{"LSTMCell": {"units": 3}}, {"GRUCell": {"units": 2}}]}}, "return_sequences": true}}"""]),
        ([5, 6, 6, 2], ["""{"ConvLSTM2D": {"filters": 3, "kernel_size": 2, "strides": 2, "return_sequences": true}}"""]),
        ([5, 6, 6, 2], ["""{"ConvLSTM2D": {"filters": 3, "kernel_size": 3, "padding": "same", "go_backwards": true}}"""]),
        ([4, 2, 7], ["""{"ConvLSTM1D": {"filters": 3, "kernel_size": 3, "data_format": "channels_first", "return_sequences": true}}"""]),
        ([7, 9, 3], ["""{"Resizing": {"height": 4, "width": 13}}"""]),
        ([7, 9, 3], ["""{"Resizing": {"height": 3, "width": 4, "interpolation": "bicubic", "antialias": true}}"""]),
        ([7, 9, 3], ["""{"Resizing": {"height": 12, "width": 5, "interpolation": "nearest", "crop_to_aspect_ratio": true}}"""]),
        ([7, 9, 3], ["""{"Resizing": {"height": 4, "width": 8, "interpolation": "lanczos5", "pad_to_aspect_ratio": true, "fill_value": 0.5}}"""]),
        ([3, 7, 9], ["""{"Resizing": {"height": 4, "width": 8, "data_format": "channels_first"}}"""]),
        ([7, 9, 3], ["""{"CenterCrop": {"height": 4, "width": 6}}"""]),
        ([7, 9, 3], ["""{"CenterCrop": {"height": 8, "width": 6}}"""]),
        ([5, 6, 3], ["""{"UpSampling2D": {"size": [2, 3], "interpolation": "bicubic"}}"""]),
        ([3, 5, 6], ["""{"UpSampling2D": {"size": 2, "interpolation": "lanczos3", "data_format": "channels_first"}}"""]),
        ([7, 9, 3], ["""{"AdaptiveAveragePooling2D": {"output_size": [3, 4]}}"""]),
        ([7, 9, 3], ["""{"AdaptiveMaxPooling2D": {"output_size": [5, 2]}}"""]),
        ([5, 7, 6, 2], ["""{"AdaptiveAveragePooling3D": {"output_size": [2, 3, 4]}}"""]),
        ([2, 11], ["""{"AdaptiveMaxPooling1D": {"output_size": 4, "data_format": "channels_first"}}"""]),
        ([6, 7, 2], ["""{"LocallyConnected2D": {"filters": 3, "kernel_size": [2, 3], "strides": 2, "activation": "tanh"}}"""]),
        ([6, 7, 2], ["""{"LocallyConnected2D": {"filters": 3, "kernel_size": 3, "padding": "same", "implementation": 2}}"""]),
        ([2, 9], ["""{"LocallyConnected1D": {"filters": 3, "kernel_size": 3, "data_format": "channels_first", "implementation": 3}}"""]),
        ([40, 2], ["""{"STFTSpectrogram": {"mode": "psd", "frame_length": 8, "frame_step": 4}}"""]),
        ([40, 2], ["""{"STFTSpectrogram": {"mode": "stft", "frame_length": 8, "frame_step": 3, "fft_length": 16, "padding": "same", "expand_dims": true}}"""]),
        ([2, 40], ["""{"STFTSpectrogram": {"mode": "magnitude", "frame_length": 8, "data_format": "channels_first"}}"""]),
        ([40, 1], ["""{"STFTSpectrogram": {"mode": "imag", "frame_length": 8}}"""]),
        ([80], ["""{"MelSpectrogram": {"fft_length": 16, "sequence_stride": 5, "sequence_length": 10, "sampling_rate": 800, "num_mel_bins": 4, "mag_exp": 1.5}}"""]),
        ([6], ["""{"Discretization": {"bin_boundaries": [0.2, 0.5, 0.9], "output_mode": "one_hot"}}"""]),
        ([6], ["""{"Discretization": {"bin_boundaries": [0.2, 0.5, 0.9], "output_mode": "count"}}"""]),
        ([6, 6, 3], ["""{"AutoContrast": {"value_range": [0, 1]}}"""]),
        ([9, 11, 3], ["""{"ContrastLimitedAdaptiveHistogramEqualization": {"value_range": [0, 1], "tile_grid_size": [3, 2]}}"""]),
        ([2, 10, 8], ["""{"ContrastLimitedAdaptiveHistogramEqualization": {"value_range": [0, 1], "clip_limit": 0, "tile_grid_size": 4, "data_format": "channels_first"}}"""]),
        ([7], ["""{"Rescaling": {"scale": 9, "offset": -3}}""", """{"IntegerLookup": {"vocabulary": [5, 2, 0], "mask_token": 1}}"""]),
        ([7], ["""{"Rescaling": {"scale": 9, "offset": -3}}""", """{"IntegerLookup": {"vocabulary": [5, 2, 0], "mask_token": 1, "num_oov_indices": 3}}"""]),
        ([7], ["""{"Rescaling": {"scale": 9, "offset": -3}}""", """{"IntegerLookup": {"vocabulary": [5, 2, 0], "mask_token": 1, "output_mode": "multi_hot"}}"""]),
        ([7], ["""{"Rescaling": {"scale": 9, "offset": -3}}""", """{"IntegerLookup": {"vocabulary": [5, 2, 0], "output_mode": "tf_idf", "idf_weights": [0.5, 2, 3], "max_tokens": 6, "pad_to_max_tokens": true}}"""]),
        ([7], ["""{"Rescaling": {"scale": 9, "offset": -3}}""", """{"IntegerLookup": {"vocabulary": [5, 2, 0], "mask_token": 1, "invert": true}}"""]),
        ([7, 9, 3], ["""{"Pipeline": {"layers": [{"RandomFlip": {}}, {"CenterCrop": {"height": 4, "width": 6}}, {"Rescaling": {"scale": 2}}]}}""", """{"Conv2D": {"filters": 2, "kernel_size": 3}}"""]),
        ([9, 4], ["""{"Pipeline": {"layers": [{"Masking": {"mask_value": 0.5}}, {"Dense": {"units": 3}}]}}""", """{"LSTM": {"units": 3}}"""]),
        ([8, 8, 3], ["""{"RandomCrop": {"height": 5, "width": 6}}""", """{"Conv2D": {"filters": 2, "kernel_size": 3, "padding": "same"}}""", """{"GlobalMaxPooling2D": {}}"""]),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, More.Length)];

    [Theory, MemberData(nameof(EveryLayerTests.NamesOfTensorLayers), MemberType = typeof(EveryLayerTests))]
    public void PredictsAsOurForwardPass(string name)
    {
        using var scope = NewDisposeScope();
        var trial = LayerTrial.Of(name);
        var builder = new GraphBuilder();
        TensorRef[] inputs = [.. trial.InputsOfAnyBatch.Select((spec, i) => builder.Input($"x{i}", spec, SourceSpan.Nowhere))];
        using var model = Made(builder, builder.Call(GraphBuilder.Add(trial.Layer, "layer", SourceSpan.Nowhere), "layer", inputs, CallOptions.None, SourceSpan.Nowhere));
        if (NotSaid.Where(reason => reason.Value.Contains(name)).Select(reason => reason.Key).FirstOrDefault() is { } words)
        {
            Assert.Contains(words, Assert.Throws<OnnxException>(() => OnnxFile.Write(model)).Message, StringComparison.Ordinal);
            return;
        }

        AssertSame(model, name, [.. trial.MakeInputs().Select(input => input.detach())]);
    }

    [Theory, MemberData(nameof(Numbers))]
    public void PredictsAsOurForwardPassWithOtherOptions(int number)
    {
        using var scope = NewDisposeScope();
        var (shape, layers) = More[number];
        var builder = new GraphBuilder();
        var node = builder.Input("x", new Spec(Shape.OfBatch([.. shape.Select(length => (long?)length)])), SourceSpan.Nowhere).Node;
        foreach (var layer in layers.Select(layer => Reading.Read<Layer>(JsonNodes.Parse(layer))))
        {
            var name = builder.FreeName(Catalog.NameOf(layer.GetType()));
            node = builder.Call(GraphBuilder.Add(layer, name, SourceSpan.Nowhere), name, [new TensorRef(node)], CallOptions.None, SourceSpan.Nowhere);
        }

        using var model = Made(builder, node);
        random.manual_seed(number);
        var x = rand([5, .. shape]);
        if (layers[0].Contains("Masking", StringComparison.Ordinal))
        {
            x.index_put_(tensor(0.5f), TensorIndex.Slice(null, 3), TensorIndex.Slice(2, 4)); // not the right end alone
            x.index_put_(tensor(0.5f), TensorIndex.Single(1), TensorIndex.Slice(6));
            x.index_put_(tensor(0.5f), TensorIndex.Single(4)); // no step counts
            x.index_put_(tensor(0.5f), TensorIndex.Single(0), TensorIndex.Single(0));
        }

        AssertSame(model, layers[^1], [x]);
    }

    [Fact]
    public void TextIsFoundInItsVocabulary()
    {
        using var scope = NewDisposeScope();
        using var still = no_grad();
        var builder = new GraphBuilder();
        var node = builder.Input("x", new Spec(Shape.OfBatch(3), DataType.String), SourceSpan.Nowhere).Node;
        var layer = Reading.Read<Layer>(JsonNodes.Parse("""{"StringLookup": {"vocabulary": ["red", "größe", ""], "mask_token": "-", "output_mode": "count"}}"""));
        using var model = Made(builder, builder.Call(GraphBuilder.Add(layer, "layer", SourceSpan.Nowhere), "layer", [new TensorRef(node)], CallOptions.None, SourceSpan.Nowhere));

        AssertSame(model, "StringLookup", [TextTensor.Encode(new TextArray(["größe", "red", "red", "", "-", "green"], [2, 3]))]);
    }

    [Theory]
    [InlineData("""{"TextVectorization": {"vocabulary": ["a"]}}""", "it splits text, for which opset 17 has no operators")]
    [InlineData("""{"Hashing": {"num_bins": 3}}""", "it hashes, and ONNX has no operators for digits, letters and bits")]
    [InlineData("""{"StringLookup": {"vocabulary": ["a"], "num_oov_indices": 2}}""", "it hashes, and ONNX has no operators for digits, letters and bits")]
    [InlineData("""{"StringLookup": {"vocabulary": ["a"], "num_oov_indices": 0}}""", "with num_oov_indices 0 what is unknown is an error, and ONNX has none")]
    public void LayersOfTextThatCannotBeSaidAreNamedWithTheReason(string layer, string reason)
    {
        using var scope = NewDisposeScope();
        var builder = new GraphBuilder();
        var node = builder.Input("x", new Spec(Shape.OfBatch(1), DataType.String), SourceSpan.Nowhere).Node;
        using var model = Made(builder, builder.Call(GraphBuilder.Add(Reading.Read<Layer>(JsonNodes.Parse(layer)), "words", SourceSpan.Nowhere), "words", [new TensorRef(node)], CallOptions.None, SourceSpan.Nowhere));

        Assert.Equal($"The layer 'words' cannot be said in ONNX: {reason}.", Assert.Throws<OnnxException>(() => OnnxFile.Write(model)).Message);
    }

    private static Model Made(GraphBuilder builder, GraphNode node)
    {
        var model = new Model("model", builder.Build([.. node.Outputs.Select((_, i) => new Port($"y{i}", new TensorRef(node, i)))]), new RandomKey(3));
        foreach (var weight in model.Weights)
        {
            weight.Assign(weight.Value.isfinite().all().item<bool>() ? weight.Value + (0.1 * rand_like(weight.Value)) : weight.Value);
        }

        return model;
    }

    private static void AssertSame(Model model, string name, Tensor[] inputs)
    {
        using var still = no_grad();
        if (Environment.GetEnvironmentVariable("EXPERIMENTRUNNER_ONNX_FOLDER") is { Length: > 0 } kept) // for tests/check-onnx.sh
        {
            OnnxFile.Save(Path.Combine(kept, $"{string.Concat(name.Where(char.IsLetterOrDigit))}.onnx"), model);
        }

        using var onnx = new OnnxModel(model, threads: 1);
        var (ours, theirs) = (model.Call(inputs, new Call(training: false, default)), onnx.Call(inputs));

        Assert.Equal(ours.Count, theirs.Count);
        foreach (var (our, their) in ours.Zip(theirs))
        {
            Assert.Equal(our.shape, their.shape);
            Assert.Equal(our.dtype, their.dtype);
            var off = (our.to_type(ScalarType.Float64) - their.to_type(ScalarType.Float64)).abs().max().item<double>();
            Assert.True(off <= 2e-5 * (1 + our.to_type(ScalarType.Float64).abs().max().item<double>()), $"{name} is off by {off}");
        }
    }
}
