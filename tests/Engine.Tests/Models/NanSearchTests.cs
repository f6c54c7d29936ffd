using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Models;

public class NanSearchTests
{
    // so that the weights are without bounds after a few steps
    private static readonly CompileOptions Options = new() { Loss = new LossChoice(null, new MeanSquaredError()), Optimizer = new SGD { LearningRate = 1e25 } };

    [Fact]
    public void AnEstimatorTellsTheStepAndWhereItBegan()
    {
        var (single, _) = Train(every: 1);
        var (many, step) = Train(every: 10);

        Assert.Equal(single, many);
        Assert.StartsWith($"The loss is not a number (NaN) since step {step}. It begins in the ", many, StringComparison.Ordinal);
        Assert.Contains("'second", many, StringComparison.Ordinal);
    }

    [Fact]
    public void FitTellsItOnceAndGoesOnAsItWas()
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        using var trainer = new Trainer(model, Options, new RandomKey(3));
        using var batches = Batches();
        var told = new List<string>();
        var fit = new Fit(trainer, new FitOptions { Epochs = 4 }) { Place = new Surroundings { Warn = told.Add } };

        fit.Run(batches, 5, null, []);

        Assert.Equal(20, trainer.Steps);
        Assert.Matches(@"^The loss is not a number \(NaN\) since step \d+\. It begins in the .*'second", Assert.Single(told));
    }

    [Fact]
    public void ANumberThatIsNoneInTheDataIsToldAsThat()
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        using var estimator = new Estimator(model, Options with { Optimizer = new SGD { LearningRate = 0.01 } }, new RandomKey(3));
        using var batches = Batches(place: 9);
        var lines = new StepLogHook(10, (_, _) => { });

        var error = Assert.Throws<EstimatorException>(() => estimator.Train(batches, 40, [lines]));

        Assert.StartsWith("The loss is not a number (NaN) since step 3. It begins in the data: an input is not finite.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What is told, and the first step whose own loss is not a number.</summary>
    private static (string Told, long Step) Train(int every)
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches();
        var lines = new StepLogHook(every, (_, _) => { });
        using var other = NewModel();
        using var watched = new Trainer(other, Options, new RandomKey(3));
        using var measures = new Measures(watched.Objective, LossMean.OverBatches);
        var step = 0L;
        for (; !double.IsNaN(watched.LastLoss); step++)
        {
            watched.TrainStep(step, batches.At(step), measures);
        }

        return (Assert.Throws<EstimatorException>(() => estimator.Train(batches, 40, [lines])).Message, step);
    }

    private static Model NewModel()
    {
        var builder = new GraphBuilder();
        var tensor = builder.Input("x", new Spec(Shape.OfBatch(3)), SourceSpan.Nowhere);
        foreach (var name in new[] { "first", "second" })
        {
            tensor = new TensorRef(builder.Call(GraphBuilder.Add(new Dense { Units = name == "first" ? 4 : 1 }, name, SourceSpan.Nowhere), name, [tensor], CallOptions.None, SourceSpan.Nowhere));
        }

        return new Model("m", builder.Build([new Port("second", tensor)]), new RandomKey(1));
    }

    private static ColumnBatches Batches(int? place = null)
    {
        var x = arange(60, float32).reshape(20, 3).div(30).sub(1);
        if (place is { } number)
        {
            x[number, 0] = float.NaN;
        }

        return new ColumnBatches([Column.Of(x.clone())], [Column.Of(x.sum(1, keepdim: true))], [null], new BatchPlan { Examples = 20, BatchSize = 4, Passes = null });
    }
}
