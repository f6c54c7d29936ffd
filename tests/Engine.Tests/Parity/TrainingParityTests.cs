using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Saving.Keras;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Trainings that Keras ran: from its start weights, on its batches in its order, every figure and the last weights are its own.</summary>
public class TrainingParityTests
{
    [Theory, MemberData(nameof(GoldenCases.Names), "training", MemberType = typeof(GoldenCases))]
    public void LearnsAsKeras(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCases.Open("training", name);
        using var folder = golden.Extract();
        using var loaded = ModelFile.Load(folder.Of("initial.h5"));
        var trace = golden.Json("trace.json").AsObject();
        using var trainer = new Trainer(loaded.Model, Compile(trace), default);
        var data = Npz.Read(folder.Of("data.npz"));

        var size = (int)trace["batch_size"]!;
        for (var step = 0; step < (int)trace["steps"]!; step++)
        {
            using var measures = new Measures(trainer.Objective, LossMean.OverExamples);
            trainer.TrainStep(step, Batch(loaded.Model, data, (long)step * size, size), measures);
            var logs = measures.Read();
            AssertClose($"the loss of step {step}", (double)trace["losses"]![step]!, logs["loss"], trace);
            foreach (var (metric, values) in trace["metric_values"]?.AsObject() ?? [])
            {
                AssertClose($"{metric} of step {step}", (double)values![step]!, logs[metric], trace);
            }
        }

        using var final = ModelFile.Load(folder.Of("final.h5"));
        AssertWeights(final.Model, loaded.Model, trace);
        AssertEvaluates(trainer, data, size, trace);
    }

    [Theory, MemberData(nameof(GoldenCases.Names), "continue", MemberType = typeof(GoldenCases))]
    public void GoesOnAsKeras(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCases.Open("continue", name);
        using var folder = golden.Extract();
        var limits = golden.Json("case.json").AsObject();
        using var loaded = ModelFile.Load(folder.Of(golden.Files.Contains("half.h5") ? "half.h5" : "half.keras"));
        Assert.Empty(loaded.Warnings);
        using var trainer = new Trainer(loaded.Model, loaded.Compile!, default);
        Assert.True(loaded.TryResume(trainer.Optimizer));
        GoOn(loaded.Model, trainer, folder, limits);
    }

    /// <summary>Trains the second half of a case, and compares losses and weights.</summary>
    private static void GoOn(Model model, Trainer trainer, TempFolder folder, JsonObject limits)
    {
        var data = Npz.Read(folder.Of("data.npz"));
        var (first, second, size) = ((int)limits["first"]!, (int)limits["second"]!, (int)limits["batch_size"]!);
        Assert.Equal(first, trainer.Optimizer.Iterations);
        for (var step = 0; step < second; step++)
        {
            using var measures = new Measures(trainer.Objective, LossMean.OverExamples);
            trainer.TrainStep(first + step, Batch(model, data, (long)(first + step) * size, size), measures);
            AssertClose($"the loss of step {step}", (double)limits["losses"]![step]!, measures.Read()["loss"], limits);
        }

        Assert.Equal((long)limits["iterations"]!, trainer.Optimizer.Iterations);
        using var final = ModelFile.Load(folder.Of("final.h5"));
        AssertWeights(final.Model, model, limits, beforeNormalization: "c/bias", itsMean: "bn/moving_mean");
    }

    private static CompileOptions Compile(JsonObject trace)
    {
        if ((string?)trace["id"] == "metric_topk")
        {
            // The case says no more than the metric's name, but Keras's figures are those of k = 2.
            trace["metrics"] = JsonNode.Parse("""[{"class_name": "TopKCategoricalAccuracy", "config": {"k": 2, "name": "top_k_categorical_accuracy"}}]""");
        }

        var warnings = new List<string>();
        var said = new JsonObject { ["optimizer"] = trace["optimizer"]?.DeepClone(), ["loss"] = trace["loss"]?.DeepClone(), ["metrics"] = trace["metrics"]?.DeepClone() };
        var options = new CompileReader(SourceSpan.Nowhere, warnings).Read(said, 1);
        Assert.Empty(warnings);
        return options!;
    }

    private static ModelBatch Batch(Model model, IReadOnlyDictionary<string, Tensor> data, long start, long size)
    {
        var length = Math.Min(size, data["x"].shape[0] - start);
        Assert.True(length > 0);
        return new ModelBatch(
            [data["x"].narrow(0, start, length).to_type(model.Graph.Inputs[0].Spec.Type.ToTorch())],
            [data["y"].narrow(0, start, length)],
            [data.TryGetValue("sample_weight", out var weights) ? weights.narrow(0, start, length) : null],
            length);
    }

    private static void AssertEvaluates(Trainer trainer, IReadOnlyDictionary<string, Tensor> data, int size, JsonObject trace)
    {
        if (trace["evaluate"] is not JsonObject expected)
        {
            return;
        }

        using var measures = new Measures(trainer.Objective, LossMean.OverExamples);
        for (long start = 0; start < data["x"].shape[0]; start += size)
        {
            trainer.EvaluateStep(Batch(trainer.Model, data, start, size), measures);
        }

        var logs = measures.Read();
        foreach (var (figure, value) in expected)
        {
            AssertClose($"{figure} of the evaluation", (double)value!, logs[figure], trace);
        }
    }

    /// <summary>Compares weights. A bias that a normalization takes off again has a gradient of mere rounding, which Adam and its kind make large: it, and as much of the mean, may differ.</summary>
    private static void AssertWeights(Model expected, Model actual, JsonObject limits, string? beforeNormalization = null, string? itsMean = null)
    {
        Assert.Equal(expected.Weights.Count, actual.Weights.Count);
        var noise = expected.Weights.Zip(actual.Weights).Where(pair => pair.First.Path == beforeNormalization).Select(pair => (pair.First.Value - pair.Second.Value).abs()).FirstOrDefault();
        foreach (var (one, other) in expected.Weights.Zip(actual.Weights).Where(pair => pair.First.Path != beforeNormalization))
        {
            var over = (one.Value - other.Value).abs() - ((double)limits["rtol"]! * one.Value.abs()) - (double)limits["atol"]!;
            over = one.Path == itsMean ? over - noise!.max() : over;
            Assert.True(over.max().item<float>() <= 0, $"the weight {one.Path} is off by {(one.Value - other.Value).abs().max().item<float>():g3}");
        }
    }

    private static void AssertClose(string what, double expected, double actual, JsonObject limits)
    {
        var allowed = ((double)limits["rtol"]! * Math.Abs(expected)) + (double)limits["atol"]!;
        Assert.True(Math.Abs(expected - actual) <= allowed, $"{what} is {actual}, but Keras has {expected}");
    }
}
