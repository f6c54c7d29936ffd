using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
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
