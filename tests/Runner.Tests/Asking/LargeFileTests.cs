using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Commands;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Tests.Asking;

/// <summary>A file that is read while a model predicts gives what it gives from memory.</summary>
public class LargeFileTests
{
    [Fact]
    public void ItIsPredictedAsFromMemory()
    {
        using var scope = NewDisposeScope();
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var model = NamedModel.Open(folder.Of("half.keras"), folder.Path, _ => { });
        using (var file = File.Create(folder.Of("x.npy")))
        {
            Npy.Write(file, Npz.Read(folder.Of("data.npz"))["x"]);
        }

        using var large = LargeFile.TryOpen([folder.Of("x.npy")], model, _ => true);
        using var streamed = AskingOptions.Batches(model.Model.Graph, large!.Columns, [], [], 47);
        using var held = AskingOptions.Batches(model.Model.Graph, GivenArrays.Read([folder.Of("x.npy")]).InputsOf(model), [], [], 47);

        Assert.Equal(160, streamed.Examples);
        Assert.True(model.Model.Predict(held)["out"].Equals(model.Model.Predict(streamed)["out"]));
    }

    [Theory]
    [InlineData("data.npz", false)] // not large
    [InlineData("data.npz", true)] // its arrays have other names than the inputs
    [InlineData("none.npy", true)]
    public void WhatIsNotOneLargeFileOfTheInputsIsReadAsEver(string file, bool isLarge)
    {
        using var scope = NewDisposeScope();
        using var folder = GoldenCases.Open("continue", "adam_keras").Extract();
        using var model = NamedModel.Open(folder.Of("half.keras"), folder.Path, _ => { });

        Assert.Null(LargeFile.TryOpen([folder.Of(file)], model, _ => isLarge));
    }
}
