using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Tests.Runs;

public sealed class RunReferenceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public RunReferenceTests()
    {
        Make("cnn/20260101-000000", """{"best": {"loss": {"value": 0.2, "step": 1, "mode": "min"}, "val_accuracy": {"value": 0.9, "step": 1, "mode": "max"}}}""");
        Make("cnn/20260102-000000", """{"best": {"loss": {"value": 0.3, "step": 1, "mode": "min"}, "val_accuracy": {"value": 0.8, "step": 1, "mode": "max"}}}""");
        Make("cnn/20260103-000000", "{ broken");
    }

    [Theory]
    [InlineData("cnn", "20260103-000000")]
    [InlineData("cnn/20260101-000000", "20260101-000000")]
    [InlineData("cnn/20260101-000000/", "20260101-000000")]
    [InlineData("cnn@best:val_accuracy", "20260101-000000")]
    [InlineData("cnn@best:val_acc", "20260101-000000")]
    [InlineData("cnn@best:loss", "20260101-000000")]
    public void ANameStandsForARun(string reference, string id) => Assert.Equal(id, RunReference.Find(reference, _folder.Path).Id);

    [Fact]
    public void AFolderStandsForItsRunAndAFolderOfRunsForTheNewest()
    {
        Assert.Equal("20260102-000000", RunReference.Find(_folder.Of("cnn/20260102-000000"), "/nowhere").Id);
        Assert.Equal("20260103-000000", RunReference.Find(_folder.Of("cnn"), "/nowhere").Id);
    }

    [Theory]
    [InlineData("cnm", "There is no run 'cnm' in ROOT. Did you mean 'cnn'?")]
    [InlineData("cnn/20270101-000000", "There is no run 'cnn/20270101-000000' in ROOT.")]
    [InlineData("resnet@best:loss", "There is no run 'resnet@best:loss' in ROOT.")]
    [InlineData("cnn@best:val_los", "No run has the figure 'val_los' of 'cnn@best:val_los'. They have loss, val_accuracy.")]
    [InlineData("", "There is no run '' in ROOT.")]
    public void WhatStandsForNoRunIsTold(string reference, string message)
    {
        var error = Assert.Throws<WrongCommandException>(() => RunReference.Find(reference, _folder.Path));

        Assert.Equal(message.Replace("ROOT", _folder.Path, StringComparison.Ordinal), error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private void Make(string run, string record)
    {
        var folder = Directory.CreateDirectory(_folder.Of(run)).FullName;
        File.WriteAllText(Path.Combine(folder, "run.json"), record);
    }
}
