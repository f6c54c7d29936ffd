using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class ColumnBatchesTests
{
    [Theory]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, false)]
    [InlineData(true, true, true)]
    public void ABatchHoldsTheExamplesOfItsPlan(bool shuffle, bool runsOn, bool drop)
    {
        using var scope = NewDisposeScope();
        var plan = new BatchPlan { Examples = 10, BatchSize = 4, Passes = 5, Shuffle = shuffle, RunsOn = runsOn, DropRemainder = drop, Key = new RandomKey(3) };
        using var x = Column.Of(arange(10).reshape(10, 1));
        using var y = Column.Of(arange(10, int64) * 10);
        using var weight = Column.Of(arange(10, float32));
        using var batches = new ColumnBatches([x], [y], [weight], plan);

        for (long number = 0; number < plan.Count; number++)
        {
            var (batch, expected) = (batches.At(number), plan.BatchIndices(number));
            Assert.Equal(expected, batch.Inputs[0].reshape(-1).data<long>().ToArray());
            Assert.Equal(expected.Select(i => i * 10), batch.Targets[0].data<long>().ToArray());
            Assert.Equal(expected.Select(i => (float)i), batch.Weights[0]!.data<float>().ToArray());
            Assert.Equal(expected.Length, batch.Size);
        }
    }

    [Fact]
    public void AnyBatchMayBeAskedForAtAnyTime()
    {
        using var scope = NewDisposeScope();
        var plan = new BatchPlan { Examples = 10, BatchSize = 3, Passes = null, Shuffle = true, RunsOn = true, Key = new RandomKey(3) };
        using var x = Column.Of(arange(10));
        using var batches = new ColumnBatches([x], [], [], plan);
        var inOrder = Enumerable.Range(0, 40).Select(number => batches.At(number).Inputs[0].data<long>().ToArray()).ToList();

        foreach (var number in new[] { 39, 0, 3, 2, 30, 31, 0 })
        {
            Assert.Equal(inOrder[number], batches.At(number).Inputs[0].data<long>().ToArray());
        }
    }

    [Fact]
    public void ABatchMayBeLargerThanTheData()
    {
        using var scope = NewDisposeScope();
        using var x = Column.Of(arange(4));
        using var batches = new ColumnBatches([x], [], [], new BatchPlan { Examples = 4, BatchSize = 10, Passes = 5, Shuffle = true, RunsOn = true, Key = new RandomKey(1) });

        var first = batches.At(0).Inputs[0].data<long>().ToArray();

        Assert.Equal(2, batches.Count);
        Assert.Equal([0L, 1, 2, 3], first[..4].Order());
        Assert.Equal([0L, 1, 2, 3], first[4..8].Order());
        Assert.Equal(2, batches.PassesAfter(0));
        Assert.Equal(5, batches.PassesAfter(1));
    }

    [Fact]
    public void ColumnsOfDifferentLengthsAreTold()
    {
        using var scope = NewDisposeScope();
        using var x = Column.Of(arange(4));
        using var y = Column.Of(arange(3));

        var error = Assert.Throws<DataException>(() => new ColumnBatches([x], [y], [], new BatchPlan { Examples = 4, BatchSize = 2 }));

        Assert.Equal("x, y and weights differ in length: 4, 3 examples.", error.Message);
    }

    [Theory]
    [InlineData(0, false, 1, "There are no examples.")]
    [InlineData(3, false, null, "3 examples fill no batch of 4, and drop_remainder leaves out what does not.")]
    [InlineData(3, true, 1, "3 examples fill no batch of 4, and drop_remainder leaves out what does not.")]
    public void WhatGivesNoBatchIsTold(int examples, bool runsOn, int? passes, string problem)
    {
        using var scope = NewDisposeScope();
        using var x = Column.Of(arange(examples));

        var error = Assert.Throws<DataException>(
            () => new ColumnBatches([x], [], [], new BatchPlan { Examples = examples, BatchSize = 4, DropRemainder = true, RunsOn = runsOn, Passes = passes }));

        Assert.Equal(problem, error.Message);
    }

    [Fact]
    public void BatchesThatRunOnMayNeedSeveralPassesToFillOne()
    {
        using var scope = NewDisposeScope();
        using var x = Column.Of(arange(3));
        using var batches = new ColumnBatches([x], [], [], new BatchPlan { Examples = 3, BatchSize = 4, DropRemainder = true, RunsOn = true, Passes = null });

        Assert.Equal([0L, 1, 2, 0], batches.At(0).Inputs[0].data<long>().ToArray());
    }

    [Fact]
    public void NothingIsLeftBehindByABatch()
    {
        using var outer = NewDisposeScope();
        using var raw = Column.Of(zeros(1000, 28, 28, ScalarType.Byte));
        using var labels = Column.Of(zeros(1000, int64));
        using var batches = new ColumnBatches(
            [raw.With(new Rescaling { Scale = [1.0 / 255] })], [labels.With(new ToCategorical { NumClasses = 10 })], [null],
            new BatchPlan { Examples = 1000, BatchSize = 100, Passes = null, Shuffle = true, RunsOn = true });
        batches.At(0);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var number = 0; number < 200; number++)
        {
            using var scope = NewDisposeScope();
            batches.At(number);
        }

        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount - before, -10, 2); // the order of a second pass
    }
}
