using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class BatchPlanTests
{
    [Fact]
    public void BatchesOfAnEstimatorRunOnIntoTheNextPassAndOnlyTheLastIsSmaller()
    {
        var plan = new BatchPlan { Examples = 10, BatchSize = 4, Passes = 3, RunsOn = true };

        var sizes = Enumerable.Range(0, (int)plan.Count!.Value).Select(number => plan.At(number).Sum(stretch => stretch.Length));

        Assert.Equal([4, 4, 4, 4, 4, 4, 4, 2], sizes);
        Assert.Equal([new Stretch(0, 8, 2), new Stretch(1, 0, 2)], plan.At(2));
    }

    [Fact]
    public void BatchesOfKerasEndWithThePass()
    {
        var plan = new BatchPlan { Examples = 10, BatchSize = 4, Passes = 2 };

        Assert.Equal(6, plan.Count);
        Assert.Equal([new Stretch(0, 8, 2)], plan.At(2));
        Assert.Equal([new Stretch(1, 0, 4)], plan.At(3));
    }

    [Fact]
    public void EveryExampleComesOnceInAPass()
    {
        var plan = new BatchPlan { Examples = 100, BatchSize = 7, Passes = 2, RunsOn = true, Shuffle = true, Key = new RandomKey(5) };

        var seen = Enumerable.Range(0, (int)plan.Count!.Value)
            .SelectMany(number => plan.At(number))
            .SelectMany(stretch => plan.OrderOf(stretch.Pass).Skip((int)stretch.Start).Take((int)stretch.Length).Select(example => (stretch.Pass, example)))
            .ToList();

        Assert.Equal(200, seen.Count);
        Assert.Equal(200, seen.Distinct().Count());
        Assert.NotEqual(plan.OrderOf(0), plan.OrderOf(1));
    }

    [Fact]
    public void AnEpochEndsAtTheBatchThatCompletesThePass()
    {
        var plan = new BatchPlan { Examples = 10, BatchSize = 4, Passes = null, RunsOn = true };

        Assert.Null(plan.Count);
        Assert.Equal([0, 0, 1, 1, 2], Enumerable.Range(0, 5).Select(number => plan.PassesAfter(number)));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    public void ASmallerLastBatchMayBeLeftOut(bool drop, long count) =>
        Assert.Equal(count, new BatchPlan { Examples = 10, BatchSize = 4, RunsOn = true, DropRemainder = drop }.Count);

    [Fact]
    public void ABatchDependsOnItsNumberAndTheKeyAlone()
    {
        var plan = new BatchPlan { Examples = 100, BatchSize = 7, Passes = null, RunsOn = true, Shuffle = true, Key = new RandomKey(5) };

        Assert.Equal(plan.BatchIndices(1000), (plan with { }).BatchIndices(1000));
        Assert.NotEqual(plan.BatchIndices(1000), (plan with { Key = new RandomKey(6) }).BatchIndices(1000));
        Assert.Equal([14L, 15, 16, 17, 18, 19, 20], (plan with { Shuffle = false }).BatchIndices(2));
    }

    [Theory]
    [InlineData(10, null, new[] { "0-10", "10-20", "20-30" })]
    [InlineData(10, 5, new[] { "0-5", "5-10", "10-15", "15-20" })]
    [InlineData(10, 4, new[] { "0-4", "4-8", "8-10", "10-14" })]
    [InlineData(10, 30, new[] { "0-10", "10-20" })]
    [InlineData(1, 1, new[] { "0-1", "1-2" })]
    public void AnEpochOfFitEndsWithItsStepsOrWithThePass(long passLength, int? steps, string[] expected)
    {
        var epochs = Enumerable.Range(0, expected.Length).Select(epoch => BatchPlan.Epoch(epoch, passLength, steps));

        Assert.Equal(expected, epochs.Select(epoch => $"{epoch.First}-{epoch.End}"));
    }
}
