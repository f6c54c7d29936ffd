using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Tests.Saving;

/// <summary>What a file tells without its weights.</summary>
public class ModelDescriptionTests
{
    [Theory]
    [InlineData("adadelta_h5", "half.h5")]
    [InlineData("adam_keras", "half.keras")]
    public void ItSaysWhatTheFileSays(string name, string file)
    {
        var golden = GoldenCases.Open("continue", name);
        using var folder = golden.Extract();

        using var described = ModelFile.Describe(folder.Of(file));

        using var loaded = ModelFile.Load(folder.Of(file));
        Assert.Equal(loaded.Model.Weights.Select(weight => weight.Path), described.Model.Weights.Select(weight => weight.Path));
        Assert.IsType(loaded.Compile!.Optimizer.GetType(), described.Compile!.Optimizer);
        Assert.Equal((long)golden.Json("case.json")["first"]!, described.OptimizerSteps);
        Assert.Equal(loaded.Origin, described.Origin);
    }
}
