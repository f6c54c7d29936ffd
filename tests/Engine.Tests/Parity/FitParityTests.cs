using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Keras's own calls of <c>fit</c>, callbacks and all: the same history, steps, final weights and files.</summary>
public class FitParityTests
{
    public static TheoryData<string> All() => [.. GoldenCases.Names("fit").Cast<object[]>().Select(row => (string)row[0])];

    [Theory, MemberData(nameof(All))]
    public void LearnsAsKeras(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(name);
        using var folder = GoldenCases.Open("fit", name).Extract();
        using var written = new TempFolder();
        using var initial = ModelFile.Load(folder.Of("initial.h5"));
        using var final = ModelFile.Load(folder.Of("final.h5"));
        var (model, data, said) = (initial.Model, Npz.Read(folder.Of("data.npz")), golden["fit"]!);
        using var trainer = new Trainer(model, Reading.Read<CompileOptions>(JsonNodes.Parse(golden["compile"]!.ToJsonString())), default);
        var (size, all) = ((int)said["batch_size"]!, data["x"].shape[0]);
        var kept = said["validation_split"] is { } split ? (long)(all * (1 - (double)split)) : all;
        var weight = said["sample_weight"] is not null ? data["sample_weight"].narrow(0, 0, kept)
            : said["class_weight"] is JsonObject classes ? ClassWeights.Of(Column.Of(data["y"].clone()), classes.ToDictionary(one => int.Parse(one.Key, CultureInfo.InvariantCulture), one => (double)one.Value!)).Range(0, kept)
            : null;
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
        })
        {
            Place = new Surroundings { Folder = written.Path, Warn = problem => Assert.StartsWith("The loss is not a number", problem, StringComparison.Ordinal) },
        };
        var callbacks = Reading.Read<IReadOnlyList<Callback>>(JsonNodes.Parse(golden["callbacks"]!.ToJsonString()), Dialect.Experiment);

        fit.Run(batches, (plan with { Passes = 1 }).Count!.Value, validation, [.. callbacks.Select(callback => callback.Start())]);

        Assert.Equal(golden["epochs_run"]!.AsArray().Select(epoch => (int)epoch!), fit.History.Select(epoch => epoch.Epoch));
        Assert.Equal((long)golden["iterations"]!, trainer.Optimizer.Iterations);
        foreach (var (figure, expected) in golden["history"]!.AsObject())
        {
            var actual = fit.History.Where(epoch => epoch.Logs.ContainsKey(figure)).Select(epoch => epoch.Logs[figure]).ToList();
            Assert.Equal(expected!.AsArray().Count, actual.Count);
            Assert.All(expected.AsArray().Zip(actual).Where((_, epoch) => MeansSomething(golden, figure, epoch)), pair => AssertClose(figure, (double?)pair.First, pair.Second, golden));
        }

        Assert.Equal(golden["history"]!.AsObject().Select(figure => figure.Key).Order(), fit.History.SelectMany(epoch => epoch.Logs.Keys).Distinct().Order());
        if (golden["history"]!["loss"]!.AsArray().Contains(null))
        {
            Assert.Contains(model.Weights, weight => !weight.Value.isfinite().all().item<bool>());
        }
        else
        {
            AssertClose(final.Model, model, golden);
        }

        var files = golden["files"]!.AsArray().Select(file => (string)file!).ToList();
        Assert.Equal(files.Order(), Directory.GetFiles(written.Path).Select(Path.GetFileName).Order());
        Assert.All(files, file => AssertSame(folder.Of($"files/{file}"), written.Of(file), model, golden));
    }

    private static void AssertSame(string expected, string actual, Model model, JsonNode golden)
    {
        if (expected.EndsWith(".csv", StringComparison.Ordinal))
        {
            var (theirs, ours) = (File.ReadAllText(expected).Split("\r\n"), File.ReadAllText(actual).Split("\r\n"));
            Assert.Equal(theirs[0], ours[0]);
            Assert.Equal(theirs.Length, ours.Length);
            Assert.All(theirs.Zip(ours).Skip(1).SkipLast(1), lines => Assert.All(lines.First.Split(';').Zip(lines.Second.Split(';')), pair =>
                AssertClose("a column", double.Parse(pair.First, CultureInfo.InvariantCulture), double.Parse(pair.Second, CultureInfo.InvariantCulture), golden)));
            return;
        }

        if (expected.EndsWith(".weights.h5", StringComparison.Ordinal))
        {
            using var copy = model.Copy();
            ModelFile.LoadWeights(expected, copy);
            ModelFile.LoadWeights(actual, model);
            AssertClose(copy, model, golden);
            return;
        }

        using var saved = ModelFile.Load(expected);
        using var written = ModelFile.Load(actual);
        AssertClose(saved.Model, written.Model, golden);
        Assert.Equal(saved.Compile!.Optimizer.GetType(), written.Compile!.Optimizer.GetType());
        Assert.True(written.HasOptimizerState);
    }

    private static void AssertClose(Model expected, Model actual, JsonNode golden)
    {
        foreach (var (theirs, ours) in expected.Weights.Zip(actual.Weights))
        {
            var over = (theirs.Value - ours.Value).abs() - ((double)golden["rtol"]! * theirs.Value.abs()) - (double)golden["atol"]!;
            Assert.True(theirs.Value.isnan().Equals(ours.Value.isnan()) && over.nan_to_num(0, 0, 0).max().item<float>() <= 0, $"the weight {theirs.Path} differs");
        }
    }

    /// <summary>
    /// Whether a figure says anything. Once sums overflow, predictions are infinite or not a number by the order in which a machine
    /// adds, and so is what metrics make of them; the loss is not finite either way.
    /// </summary>
    private static bool MeansSomething(JsonNode golden, string figure, int epoch) =>
        figure.EndsWith("loss", StringComparison.Ordinal) || golden["history"]![figure.StartsWith("val_", StringComparison.Ordinal) ? "val_loss" : "loss"]!.AsArray() is var losses
            && (epoch >= losses.Count || losses[epoch] is not null);

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

    private static void AssertClose(string figure, double? expected, double actual, JsonNode golden) => Assert.True(
        expected is { } finite ? Math.Abs(finite - actual) <= ((double)golden["rtol"]! * Math.Abs(finite)) + (double)golden["atol"]! : !double.IsFinite(actual) || !float.IsFinite((float)actual),
        $"{figure} is {actual}, but Keras has {expected}");
}
