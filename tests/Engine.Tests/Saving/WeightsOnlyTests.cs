using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Tests;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

/// <summary>Weights of a file, put into a model that is there already.</summary>
public class WeightsOnlyTests
{
    private const string Network = """
        {"class_name": "Sequential", "config": {"name": "net", "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "in"}},
            {"class_name": "Dense", "config": {"units": 3, "name": "a"}},
            {"class_name": "BatchNormalization", "config": {"name": "bn"}},
            {"class_name": "Dense", "config": {"units": UNITS, "name": "b"}}]}}
        """;

    [Theory]
    [InlineData("net.weights.h5")]
    [InlineData("net.h5")]
    [InlineData("net.keras")]
    public void EveryWeightBecomesThatOfTheFile(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var from = Made(folder, units: 2);
        using var into = Made(folder, units: 2);
        Fill(from.Model, 0.25);
        Fill(into.Model, -1);
        ModelFile.Save(folder.Of(name), from.Model);

        ModelFile.LoadWeights(folder.Of(name), into.Model);

        Assert.All(from.Model.Weights.Zip(into.Model.Weights), pair => Assert.True(pair.First.Value.equal(pair.Second.Value).all().item<bool>(), pair.First.Path));
    }

    [Theory]
    [InlineData("net.weights.h5")]
    [InlineData("net.h5")]
    [InlineData("net.keras")]
    public void AFileOfOtherShapesLeavesEveryWeightAsItWas(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var from = Made(folder, units: 5);
        using var into = Made(folder, units: 2);
        Fill(from.Model, 0.25);
        Fill(into.Model, -1);
        ModelFile.Save(folder.Of(name), from.Model);

        var problem = Assert.Throws<ModelFileException>(() => ModelFile.LoadWeights(folder.Of(name), into.Model));

        Assert.Contains("b", problem.Message, StringComparison.Ordinal);
        Assert.All(into.Model.Weights, weight => Assert.True(weight.Value.eq(-1).all().item<bool>(), weight.Path));
    }

    private static LoadedModel Made(TempFolder folder, int units)
    {
        File.WriteAllText(folder.Of("net.json"), Network.Replace("UNITS", units.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        return ModelFile.Load(folder.Of("net.json"));
    }

    private static void Fill(Model model, double value)
    {
        foreach (var weight in model.Weights)
        {
            weight.Assign(full_like(weight.Value, value));
        }
    }
}
