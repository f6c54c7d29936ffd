using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Constraints;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.Keras;
using ExperimentRunner.Engine.Saving.Legacy;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

/// <summary>Words of older Keras that the saved cases do not have.</summary>
public class OldModelTests
{
    private const string Cnn = """
        {"class_name": "Sequential", "config": {"name": "cnn", "layers": [
            {"class_name": "Conv2D", "config": {"filters": 2, "kernel_size": [3, 3], "name": "c", "batch_input_shape": [null, 5, 5, 1]}},
            {"class_name": "Flatten", "config": {"name": "f"}}]}}
        """;

    [Theory]
    [InlineData("UnifiedLSTM", """{"units": 3}""", "[null, 5, 2]")]
    [InlineData("UnifiedGRU", """{"units": 3, "reset_after": true}""", "[null, 5, 2]")]
    [InlineData("LSTM", """{"units": 3, "stateful": 0, "return_sequences": 1, "unroll": 0.0}""", "[null, 5, 2]")]
    [InlineData("LSTM", """{"units": 3, "stateful": -1}""", "[1, 5, 2]")]
    [InlineData("BatchNormalizationV1", """{"axis": [1]}""", "[null, 5]")]
    [InlineData("Cropping1D", """{"cropping": [1, 1], "data_format": "channels_last"}""", "[null, 5, 2]")]
    [InlineData("UpSampling1D", """{"size": 2, "data_format": "channels_last"}""", "[null, 5, 2]")]
    [InlineData("ReLU", """{"max_value": 6.0}""", "[null, 5]")]
    [InlineData("Activation", """{"activation": "relu6"}""", "[null, 5]")]
    [InlineData("Dense", """{"units": 3, "dtype": {"class_name": "PolicyV1", "config": {"name": "float32", "loss_scale": null}}}""", "[null, 5]")]
    public void OldWordsAreUnderstood(string className, string config, string shape)
    {
        var options = JsonNode.Parse(config)!;
        options["name"] = "layer";
        options["batch_input_shape"] = JsonNode.Parse(shape);

        using var loaded = Load($$"""{"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "{{className}}", "config": {{options.ToJsonString()}}}]}, "keras_version": "2.2.4"}""");

        Assert.Equal("layer", loaded.Model.Graph.Layers[^1].Name);
    }

    [Theory]
    [InlineData("""{"class_name": "LeakyReLU", "config": {"name": "a", "alpha": 0.5}}""", -1f)]
    [InlineData("""{"class_name": "ReLU", "config": {"name": "a", "max_value": 6.0, "negative_slope": 0.25, "threshold": 0.0}}""", -0.5f)]
    [InlineData("""{"class_name": "Activation", "config": {"name": "a", "activation": "relu"}}""", 0f)]
    public void ALayerInThePlaceOfAnActivationIsThatActivation(string activation, float expected)
    {
        using var scope = NewDisposeScope();
        using var loaded = Load($$$"""
            {"class_name": "Sequential", "config": {"name": "s", "layers": [
                {"class_name": "Dense", "config": {"name": "d", "units": 1, "batch_input_shape": [null, 1], "activation": {{{activation}}}}}]}, "keras_version": "2.9.0"}
            """);
        loaded.Model.Weights[0].Assign(ones(1, 1));

        Assert.Equal(expected, loaded.Model.Call([tensor(new[,] { { -2f } })], new Call(training: false, default))[0].item<float>());
    }

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.h5")]
    public void AModelAppliedToEveryStepIsReadAndWritten(string file)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var loaded = Load($$$"""
            {"class_name": "Sequential", "config": {"name": "s", "layers": [
                {"class_name": "TimeDistributed", "config": {"name": "each", "batch_input_shape": [null, 3, 5, 5, 1], "layer": {{{Cnn}}}}},
                {"class_name": "LSTM", "config": {"name": "l", "units": 2}}]}, "keras_version": "2.4.0", "backend": "tensorflow"}
            """);
        var x = arange(75, ScalarType.Float32).reshape(1, 3, 5, 5, 1) / 75;

        ModelFile.Save(folder.Of(file), loaded.Model);
        using var again = ModelFile.Load(folder.Of(file));

        Assert.Equal(Predict(loaded, x), Predict(again, x));
    }

    [Fact]
    public void AModelInAModelIsWrittenSoThatKeras2And3FindTheSameCalls()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var loaded = Load("""
            {"class_name": "Functional", "config": {"name": "m", "layers": [
                {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_input_shape": [null, 3]}, "inbound_nodes": []},
                {"class_name": "Functional", "name": "inner", "config": {"name": "inner", "layers": [
                    {"class_name": "InputLayer", "name": "i", "config": {"name": "i", "batch_input_shape": [null, 3]}, "inbound_nodes": []},
                    {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 3}, "inbound_nodes": [[["i", 0, 0, {}]]]}],
                    "input_layers": [["i", 0, 0]], "output_layers": [["d", 0, 0]]}, "inbound_nodes": [[["x", 0, 0, {}]], [["inner", 1, 0, {}]]]},
                {"class_name": "Add", "name": "a", "config": {"name": "a"}, "inbound_nodes": [[["inner", 1, 0, {}], ["inner", 2, 0, {}]]]}],
                "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0], ["inner", 2, 0]]}, "keras_version": "2.15.0", "backend": "tensorflow"}
            """);
        var x = arange(6, ScalarType.Float32).reshape(2, 3) / 6;
        ModelFile.Save(folder.Of("model.h5"), loaded.Model);
        var config = JsonNode.Parse(new Engine.Saving.Hdf5.Hdf5File(ByteSource.Of(File.ReadAllBytes(folder.Of("model.h5")))).Root.TryText("model_config")!)!["config"]!;

        using var again = ModelFile.Load(folder.Of("model.h5"));

        Assert.Equal(
            """[[["x",0,0,{}]],[["x",0,0,{}]],[["inner",1,0,{}]],[["inner",1,0,{}]]]""",
            config["layers"]!.AsArray().First(layer => (string?)layer!["name"] == "inner")!["inbound_nodes"]!.ToJsonString());
        Assert.Equal("""[["a",0,0],["inner",3,0]]""", config["output_layers"]!.ToJsonString());
        Assert.Equal(loaded.Model.Graph.Nodes.Count, again.Model.Graph.Nodes.Count);
        Assert.Equal(
            loaded.Model.Call([x], new Call(training: false, default)).SelectMany(output => output.data<float>().ToArray()),
            again.Model.Call([x], new Call(training: false, default)).SelectMany(output => output.data<float>().ToArray()));
    }

    [Theory]
    [InlineData("""{"class_name": "LossScaleOptimizer", "config": {"inner_optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.5}}, "dynamic": false, "initial_scale": 128.0, "dynamic_growth_steps": null}}""")]
    [InlineData("""{"class_name": "LossScaleOptimizerV1", "config": {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.5}}, "loss_scale": {"class_name": "FixedLossScale", "config": {"loss_scale_value": 128.0}}}}""")]
    public void AFixedScaleOfTheLossIsAnOptionOfTheOptimizer(string optimizer)
    {
        var optimizerNow = Compile(optimizer).Optimizer;

        Assert.Equal(128, Assert.IsType<SGD>(optimizerNow).LossScaleFactor);
    }

    [Fact]
    public void AScaleThatGrowsKeepsItsOptimizer()
    {
        var optimizer = Compile("""
            {"class_name": "LossScaleOptimizer", "config": {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.5}},
             "loss_scale": {"class_name": "DynamicLossScale", "config": {"initial_loss_scale": 1024.0, "increment_period": 10, "multiplier": 2.0}}}}
            """).Optimizer;

        var scaled = Assert.IsType<LossScaleOptimizer>(optimizer);
        Assert.Equal((1024, 10), (scaled.InitialScale, scaled.DynamicGrowthSteps));
    }

    /// <summary>States of evaluation begin at zero each time, and leave those of training alone.</summary>
    [Fact]
    public void PredictingTwiceGivesTheSame()
    {
        using var scope = NewDisposeScope();
        using var loaded = Load("""
            {"class_name": "Sequential", "config": {"name": "s", "layers": [
                {"class_name": "LSTM", "config": {"name": "l", "units": 2, "stateful": true, "batch_input_shape": [1, 3, 2]}}]}, "keras_version": "2.4.0"}
            """);
        var batches = new SameBatch(ones(1, 3, 2));
        loaded.Model.Call([ones(1, 3, 2)], new Call(training: true, default));
        var before = loaded.Model.Module.AllState.Select(state => state.Get(training: true)!.clone()).ToList();

        var first = loaded.Model.Predict(batches).Values.Single();
        var second = loaded.Model.Predict(batches).Values.Single();

        Assert.True(first.eq(second).all().item<bool>());
        Assert.False(first[0].eq(first[1]).all().item<bool>());
        Assert.All(loaded.Model.Module.AllState.Zip(before), pair => Assert.True(pair.First.Get(training: true)!.eq(pair.Second).all().item<bool>()));
    }

    private const string Siamese = """
        {"class_name": "Model", "config": {"name": "siamese", "layers": [
            {"class_name": "InputLayer", "name": "a", "config": {"name": "a", "batch_input_shape": [null, 3]}, "inbound_nodes": []},
            {"class_name": "InputLayer", "name": "b", "config": {"name": "b", "batch_input_shape": [null, 3]}, "inbound_nodes": []},
            {"class_name": "INNER", "name": "side", "config": {"name": "side", "layers": [
                {"class_name": "InputLayer", "name": "i", "config": {"name": "i", "batch_input_shape": [null, 3]}, "inbound_nodes": []},
                {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 2}, "inbound_nodes": [[["i", 0, 0, {}]]]}],
                "input_layers": [["i", 0, 0]], "output_layers": [["d", 0, 0]]}, "inbound_nodes": [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]},
            {"class_name": "Subtract", "name": "s", "config": {"name": "s"}, "inbound_nodes": [[["side", 1, 0, {}], ["side", 2, 0, {}]]]}],
            "input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["s", 0, 0], ["side", 2, 0]]}, "keras_version": "2.3.1", "backend": "tensorflow"}
        """;

    /// <summary>Keras 2 counts the calls of a model in a model from 1: the first was its making.</summary>
    [Theory]
    [InlineData("Model")]
    [InlineData("Sequential")]
    public void TheCallsOfAModelInAModelCountFromOne(string inner)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var loaded = Load(Siamese.Replace("INNER", inner, StringComparison.Ordinal));
        Tensor[] inputs = [ones(1, 3), arange(3).reshape(1, 3).to_type(ScalarType.Float32)];
        var expected = loaded.Model.Call(inputs, new Call(training: false, default));
        var difference = loaded.Model.Call([inputs[1], inputs[0]], new Call(training: false, default))[1] - expected[1];
        Assert.True(expected[0].allclose(difference));

        foreach (var name in new[] { "m.keras", "m.h5" })
        {
            ModelFile.Save(folder.Of(name), loaded.Model, origin: loaded.Origin);
            using var again = ModelFile.Load(folder.Of(name));
            Assert.True(again.Model.Call(inputs, new Call(training: false, default))[0].eq(expected[0]).all().item<bool>());
        }

        using var archive = System.IO.Compression.ZipFile.OpenRead(folder.Of("m.keras"));
        using var config = new StreamReader(archive.GetEntry("config.json")!.Open());
        Assert.Contains(inner == "Model" ? "[\"side\",2,0]" : "[\"side\",1,0]", config.ReadToEnd().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("[\"side\",2,0]", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(folder.Of("m.h5"))).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Architectures of Keras 1.0 did not say their version; their words do.</summary>
    [Fact]
    public void AnArchitectureWithoutAVersionShowsItsAge()
    {
        using var loaded = Load("""
            {"class_name": "Sequential", "config": [{"class_name": "Convolution2D", "config": {"name": "c", "nb_filter": 2, "nb_row": 3, "nb_col": 2, "border_mode": "same",
                "W_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5}, "b_regularizer": null, "W_constraint": {"name": "MaxNorm", "m": 3}, "b_constraint": null,
                "init": "<lambda>", "bias": true, "activation": "relu", "subsample": [1, 1], "dim_ordering": "tf", "batch_input_shape": [null, 5, 5, 1], "input_dtype": "float32"}},
                {"class_name": "BatchNormalization", "config": {"name": "b", "mode": 0, "axis": -1, "epsilon": 1e-05, "momentum": 0.9, "beta_init": "zero", "gamma_init": "one"}}]}
            """);

        var conv = Assert.IsType<Conv2D>(loaded.Model.Graph.Layers[1].Definition);
        Assert.Equal((2, 3, 2, Padding.Same), (conv.Filters, conv.KernelSize[0], conv.KernelSize[1], conv.Padding));
        Assert.Equal(0.5, Assert.IsType<L1L2>(conv.KernelRegularizer).L2);
        Assert.Equal(3, Assert.IsType<MaxNorm>(conv.KernelConstraint).MaxValue);
        Assert.Equal(1, loaded.Origin.Generation);
    }

    /// <summary>Many wrote <c>json.dump(model.to_json(), file)</c>, whose text is in quotes once more.</summary>
    [Fact]
    public void AnArchitectureInQuotesIsRead()
    {
        using var loaded = Load(JsonValue.Create("""
            {"class_name": "Sequential", "config": {"name": "s", "layers": [{"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3]}}]}, "keras_version": "2.4.0"}
            """).ToJsonString());

        Assert.Equal("s", loaded.Model.Name);
    }

    /// <summary>A Merge of Keras 1 in a file is the layer that it stands for, with the file's name.</summary>
    [Fact]
    public void AMergeOfAFileIsTheLayerItStandsFor()
    {
        using var loaded = Load("""
            {"class_name": "Model", "config": {"name": "m", "layers": [
                {"class_name": "InputLayer", "name": "i", "config": {"name": "i", "batch_input_shape": [null, 4], "input_dtype": "float32"}, "inbound_nodes": []},
                {"class_name": "Merge", "name": "merge_1", "config": {"name": "merge_1", "mode": "concat", "mode_type": "raw", "concat_axis": -1, "dot_axes": -1, "output_shape": null,
                    "output_shape_type": "raw", "output_mask": null, "output_mask_type": "raw", "arguments": {}}, "inbound_nodes": [[["i", 0, 0], ["i", 0, 0]]]}],
                "input_layers": [["i", 0, 0]], "output_layers": [["merge_1", 0, 0]]}, "keras_version": "1.2.2"}
            """);

        Assert.Equal("merge_1", loaded.Model.Graph.Layers[1].Name);
        Assert.IsType<Engine.Layers.Merging.Concatenate>(loaded.Model.Graph.Layers[1].Definition);
    }

    private static CompileOptions Compile(string optimizer)
    {
        var warnings = new List<string>();
        var training = OldCompile.Modernize((JsonObject)JsonNode.Parse($$"""{"optimizer_config": {{optimizer}}, "loss": "mse"}""")!);
        var compile = new CompileReader(Engine.Definitions.SourceSpan.Nowhere, warnings).Read(training, 1);
        Assert.Empty(warnings);
        return compile!;
    }

    private static float[] Predict(LoadedModel loaded, Tensor x) => loaded.Model.Call([x], new Call(training: false, default))[0].data<float>().ToArray();

    private static LoadedModel Load(string json)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("model.json"), json);
        return ModelFile.Load(folder.Of("model.json"));
    }

    private sealed class SameBatch(Tensor x) : IBatchSource
    {
        public long? Count => 2;

        public ModelBatch At(long number) => new([x.alias()], [], [], 1);

        public long PassesAfter(long number) => number + 1;

        public void Dispose()
        {
        }
    }
}
