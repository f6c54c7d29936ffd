using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Keras's own calls of <c>fit</c> without callbacks: the same history, steps and final weights.</summary>
public class FitParityTests
{
    public static TheoryData<string> WithoutCallbacks() =>
        [.. GoldenCases.Names("fit").Cast<object[]>().Select(row => (string)row[0])
            .Where(name => Case(name) is var golden && golden["callbacks"]!.AsArray().Count == 0 && golden["fit"]!["class_weight"] is null)];

    [Theory, MemberData(nameof(WithoutCallbacks))]
    public void LearnsAsKeras(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(name);
        using var folder = GoldenCases.Open("fit", name).Extract();
        using var initial = ModelFile.Load(folder.Of("initial.h5"));
        using var final = ModelFile.Load(folder.Of("final.h5"));
        var (model, data, said) = (initial.Model, Npz.Read(folder.Of("data.npz")), golden["fit"]!);
        using var trainer = new Trainer(model, Reading.Read<CompileOptions>(JsonNodes.Parse(golden["compile"]!.ToJsonString())), default);
        var (size, all) = ((int)said["batch_size"]!, data["x"].shape[0]);
        var kept = said["validation_split"] is { } split ? (long)(all * (1 - (double)split)) : all;
        var weight = said["sample_weight"] is null ? null : data["sample_weight"].narrow(0, 0, kept);
        var plan = new BatchPlan { Examples = kept, BatchSize = size, Passes = null };
        using var batches = Batches(model, data, "x", "y", 0, kept, plan, weight);
        using var validation = said["validation_split"] is not null
            ? Batches(model, data, "x", "y", kept, all - kept, new BatchPlan { Examples = all - kept, BatchSize = size })
            : said["validation_data"] is null ? null
            : Batches(model, data, "xv", "yv", 0, data["xv"].shape[0], new BatchPlan { Examples = data["xv"].shape[0], BatchSize = size });
        var fit = new Fit(trainer, new FitOptions
        {
            Epochs = (int)said["epochs"]!,
            InitialEpoch = (int?)said["initial_epoch"] ?? 0,
            StepsPerEpoch = (long?)said["steps_per_epoch"],
            Validates = epoch => said["validation_freq"] is JsonArray listed ? listed.Any(one => (int)one! == epoch) : epoch % ((int?)said["validation_freq"] ?? 1) == 0,
        });

        fit.Run(batches, (plan with { Passes = 1 }).Count!.Value, validation, []);

        Assert.Equal(golden["epochs_run"]!.AsArray().Select(epoch => (int)epoch!), fit.History.Select(epoch => epoch.Epoch));
        Assert.Equal((long)golden["iterations"]!, trainer.Optimizer.Iterations);
        foreach (var (figure, expected) in golden["history"]!.AsObject())
        {
            var actual = fit.History.Where(epoch => epoch.Logs.ContainsKey(figure)).Select(epoch => epoch.Logs[figure]).ToList();
            Assert.Equal(expected!.AsArray().Count, actual.Count);
            Assert.All(expected.AsArray().Zip(actual), pair => AssertClose(figure, (double)pair.First!, pair.Second, golden));
        }

        Assert.Equal(golden["history"]!.AsObject().Select(figure => figure.Key).Order(), fit.History.SelectMany(epoch => epoch.Logs.Keys).Distinct().Order());
        foreach (var (expected, actual) in final.Model.Weights.Zip(model.Weights))
        {
            var over = (expected.Value - actual.Value).abs() - ((double)golden["rtol"]! * expected.Value.abs()) - (double)golden["atol"]!;
            Assert.True(over.max().item<float>() <= 0, $"the weight {expected.Path} differs");
        }
    }

    private static JsonNode Case(string name) => GoldenCases.Open("fit", name).Json("case.json");

    private static ColumnBatches Batches(
        Model model, IReadOnlyDictionary<string, Tensor> data, string x, string y, long start, long length, BatchPlan plan, Tensor? weight = null)
    {
        return new ColumnBatches(
            [.. Names(x, model.Graph.Inputs.Count).Select(Part)],
            [.. Names(y, model.Graph.Outputs.Count).Select(Part)],
            [.. model.Graph.Outputs.Select(_ => weight is null ? null : Column.Of(weight.clone()))],
            plan);

        Column Part(string name) => Column.Of(data[name].narrow(0, start, length).clone());
    }

    /// <summary>The arrays of a case: x, or x and x2.</summary>
    private static IEnumerable<string> Names(string first, int count) => count == 1 ? [first] : [first, first + "2"];

    private static void AssertClose(string figure, double expected, double actual, JsonNode golden) => Assert.True(
        Math.Abs(expected - actual) <= ((double)golden["rtol"]! * Math.Abs(expected)) + (double)golden["atol"]!, $"{figure} is {actual}, but Keras has {expected}");
}
