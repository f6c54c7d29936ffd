using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Models;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Models;

public class ExaminationTests
{
    private static readonly float[,] Shares =
    {
        { 0.7f, 0.2f, 0.1f },
        { 0.1f, 0.3f, 0.6f },
        { 0.5f, 0.4f, 0.1f },
        { 0.05f, 0.05f, 0.9f },
    };

    [Fact]
    public void ClassesAreCountedAndTheLeastLikelyAreKept()
    {
        using var scope = NewDisposeScope();
        using var examination = Look(new SparseCategoricalCrossentropy(), tensor(new long[] { 0, 1, 2, 0 }), tensor(Shares));

        Assert.Equal([[1, 0, 1], [0, 0, 1], [1, 0, 0]], examination.Counts());
        Assert.Equal([(3L, 0, 2, 0.05), (2L, 2, 0, 0.1)], examination.Worst.Select(one => (one.Number, one.Class, one.Said, Math.Round(one.ShareOfClass, 6))));
        Assert.Equal(0.9, examination.Worst[0].ShareOfSaid, 1e-6);
        Assert.Equal([6f, 7f], examination.Worst[0].Values);
    }

    [Fact]
    public void ClassesAsVectorsAndLogitsAreTheSame()
    {
        using var scope = NewDisposeScope();
        using var examination = Look(new CategoricalCrossentropy { FromLogits = true }, eye(3)[tensor(new long[] { 0, 1, 2, 0 })], tensor(Shares).log() * 1 + 5);

        Assert.Equal([[1, 0, 1], [0, 0, 1], [1, 0, 0]], examination.Counts());
        Assert.Equal(0.05, examination.Worst[0].ShareOfClass, 1e-6);
    }

    [Fact]
    public void OneColumnIsYesAndNo()
    {
        using var scope = NewDisposeScope();
        using var examination = Look(new BinaryCrossentropy(), tensor(new float[,] { { 1 }, { 0 }, { 1 }, { 0 } }), tensor(new float[,] { { 0.9f }, { 0.2f }, { 0.3f }, { 0.8f } }));

        Assert.Equal([[1, 1], [1, 1]], examination.Counts());
        Assert.Equal([3, 2], examination.Worst.Select(one => one.Number));
    }

    [Fact]
    public void BatchesAddUpAndNumbersGoOn()
    {
        using var scope = NewDisposeScope();
        using var examination = Examination.For(ObjectiveOf(new SparseCategoricalCrossentropy()), 1)!;
        examination.Look(BatchOf(tensor(new long[] { 1, 2 })), [tensor(Shares)[..2]]);
        examination.Look(BatchOf(tensor(new long[] { 2, 0 })), [tensor(Shares)[2..]]);

        Assert.Equal(4, examination.Counts().Sum(row => row.Sum()));
        Assert.Equal(3, Assert.Single(examination.Worst).Number);
    }

    [Fact]
    public void WhatALossIgnoresIsInNoClass()
    {
        using var scope = NewDisposeScope();
        using var examination = Look(new SparseCategoricalCrossentropy { IgnoreClass = -1 }, tensor(new long[] { 0, -1, -1, 0 }), tensor(Shares));

        Assert.Equal(2, examination.Counts().Sum(row => row.Sum()));
        Assert.Equal(3, Assert.Single(examination.Worst).Number);
    }

    [Fact]
    public void ARegressionIsNotExamined() => Assert.Null(Examination.For(ObjectiveOf(new MeanSquaredError()), 2));

    [Fact]
    public void PredictionsOfEveryPixelAreLeftAlone()
    {
        using var scope = NewDisposeScope();
        using var examination = Examination.For(ObjectiveOf(new SparseCategoricalCrossentropy()), 2)!;
        examination.Look(BatchOf(zeros(2, 4, 4, ScalarType.Int64)), [zeros(2, 4, 4, 3)]);

        Assert.Equal(0, examination.Classes);
        Assert.Empty(examination.Counts());
    }

    private static Examination Look(Loss loss, Tensor target, Tensor prediction)
    {
        var examination = Examination.For(ObjectiveOf(loss), 2)!;
        examination.Look(BatchOf(target), [prediction]);
        return examination;
    }

    private static ModelBatch BatchOf(Tensor target) =>
        new([arange(target.shape[0] * 2, ScalarType.Float32).reshape(target.shape[0], 2)], [target], [null], target.shape[0]);

    private static Objective ObjectiveOf(Loss loss) =>
        Objective.Of(new CompileOptions { Loss = new LossChoice(null, loss), Optimizer = null! }, ["y"], []);
}
