using System.Text.Json.Nodes;
using ExperimentRunner.Runner.Runs;
using ExperimentRunner.Runner.Tests.Commands;

namespace ExperimentRunner.Runner.Tests.Runs;

public class ClassificationTests
{
    [Fact]
    public void WhatIsWrongInAnEvaluationIsCountedAndKept()
    {
        using var program = new ProgramUnderTest();
        var folder = new RunFolder(SmallExperiment.Run(program));

        var classification = Classification.Read(folder)!;

        Assert.Equal((25, 3), (classification.Step, classification.Classes));
        Assert.Equal(20, classification.Cells.Sum(cell => cell.Count));
        var right = classification.Cells.Where(cell => cell.Class == cell.Said).Sum(cell => cell.Count) / 20.0;
        Assert.Equal((double)JsonNode.Parse(File.ReadAllText(folder.RecordFile))!["results"]![1]!["values"]!["accuracy"]!, right, 1e-6);
        Assert.Equal(20 - (long)Math.Round(right * 20), classification.Worst.Count);
        Assert.All(classification.Worst, wrong => Assert.True(wrong.ShareOfClass <= wrong.ShareOfSaid && wrong.Values.Count == 4 && wrong.Png is null));
        Assert.Equal(classification.Worst.Select(wrong => wrong.ShareOfClass).Order(), classification.Worst.Select(wrong => wrong.ShareOfClass));
    }
}
