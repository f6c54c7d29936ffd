using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Normalization;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Estimators;

public class EstimatorTests
{
    private static void Save(CheckpointStore store, Estimator estimator)
    {
        using var writer = new StateWriter();
        store.Save(estimator, writer);
        writer.Wait();
    }

    private static readonly CompileOptions Options = new() { Loss = new LossChoice(null, new MeanSquaredError()), Optimizer = new Adam { LearningRate = 0.01 } };

    [Fact]
    public void StepsAddAndTheModelStaysAsItIs()
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        var before = model.Weights[0].Value.clone();
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: null);

        estimator.Train(batches, estimator.GlobalStep + 5, []);
        estimator.Train(batches, estimator.GlobalStep + 5, []);

        Assert.Equal(10, estimator.GlobalStep);
        Assert.True(before.Equals(model.Weights[0].Value));
        Assert.False(before.Equals(estimator.Model.Weights[0].Value));
    }

    [Fact]
    public void TrainingEndsWithTheData()
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: 2);

        var session = estimator.Train(batches, lastStep: 100, []);

        Assert.Equal(5, estimator.GlobalStep); // 20 examples in batches of 8, run on over two passes
        Assert.Equal(40, session.Examples);
        Assert.Equal(2, session.Passes);
    }

    [Fact]
    public void WithoutTrainedWeightsItNeitherEvaluatesNorPredicts()
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: 1);

        Assert.Contains("neither trained", Assert.Throws<EstimatorException>(() => estimator.Evaluate(batches, null)).Message, StringComparison.Ordinal);
        Assert.Throws<EstimatorException>(() => estimator.Predict(batches));
    }

    [Fact]
    public void EvaluateGivesTheMeanOfTheBatchesLossesAndTheStep()
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        model.HasWeights = true;
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: 1);

        var logs = estimator.Evaluate(batches, null);

        var predictions = estimator.Predict(batches)["dense"];
        var squares = (predictions - Targets()).square().reshape(-1);
        var expected = new[] { squares.narrow(0, 0, 8), squares.narrow(0, 8, 8), squares.narrow(0, 16, 4) }.Average(part => part.mean().item<float>());
        Assert.Equal(["loss", "global_step"], logs.Keys);
        Assert.Equal(expected, logs["loss"], 1e-5);
        Assert.Equal(0, logs["global_step"]);
    }

    [Fact]
    public void ACheckpointGoesOnToTheSameBits()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = NewModel();
        using var straight = new Estimator(model, Options, new RandomKey(3));
        using var first = new Estimator(model, Options, new RandomKey(3));
        using var second = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: null);
        var store = new CheckpointStore(folder.Of("checkpoints"));

        straight.Train(batches, 4, []);
        straight.Train(batches, 8, []);
        first.Train(batches, 4, []);
        Save(store, first);
        var restored = store.RestoreNewest(second, problem => Assert.Fail(problem));
        second.Train(batches, 8, []);

        Assert.EndsWith("model.ckpt-4.safetensors", restored, StringComparison.Ordinal);
        Assert.Equal(8, second.GlobalStep);
        Assert.All(straight.Model.Weights.Zip(second.Model.Weights), pair => Assert.True(pair.First.Value.Equals(pair.Second.Value)));
    }

    [Fact]
    public void ADamagedCheckpointIsPassedOverForTheOneBefore()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = NewModel();
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: null);
        var store = new CheckpointStore(folder.Path);
        estimator.Train(batches, 1, []);
        Save(store, estimator);
        estimator.Train(batches, 2, []);
        Save(store, estimator);
        File.WriteAllText(folder.Of("model.ckpt-2.safetensors"), "torn");
        var told = new List<string>();

        store.RestoreNewest(estimator, told.Add);

        Assert.Equal(1, estimator.GlobalStep);
        Assert.Single(told);
    }

    [Fact]
    public void ACheckpointOfAnotherModelIsRefusedWithWhatDiffers()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = NewModel();
        using var other = NewModel(units: 2);
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var another = new Estimator(other, Options, new RandomKey(3));
        var store = new CheckpointStore(folder.Path);
        Save(store, estimator);

        var error = Assert.Throws<EstimatorException>(() => store.RestoreNewest(another, _ => { }));

        Assert.Contains("'dense/kernel' is [3, 1] there and [3, 2] here", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckpointsAreSavedAtTheStartEveryFewStepsAndAtTheEndAndTheOldestGo()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = NewModel();
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: null);
        var (store, saved) = (new CheckpointStore(folder.Path), new List<long>());
        var config = new RunConfig { SaveCheckpointsSteps = 4, KeepCheckpointMax = 2 };

        estimator.Train(batches, 10, [new CheckpointSaverHook(store, config, TimeProvider.System, (step, _) => saved.Add(step))]);

        Assert.Equal([0, 4, 8, 10], saved);
        Assert.Equal([8, 10], store.All.Select(checkpoint => checkpoint.Step));
    }

    [Fact]
    public void ACheckpointThatCannotBeWrittenEndsTheTraining()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = NewModel();
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: null);
        File.WriteAllText(folder.Of("taken"), "a file where the folder should be");
        var saver = new CheckpointSaverHook(new CheckpointStore(folder.Of("taken")), new RunConfig(), TimeProvider.System, (_, _) => { });

        Assert.ThrowsAny<IOException>(() => estimator.Train(batches, 10, [saver]));
    }

    [Fact]
    public void LinesAreMeansOverTheStepsSinceTheLineBefore()
    {
        using var scope = NewDisposeScope();
        using var model = NewModel();
        using var estimator = new Estimator(model, Options, new RandomKey(3));
        using var batches = Batches(passes: null);
        var (losses, lines) = (new List<double>(), new List<(long Step, double Loss)>());
        using var single = new Estimator(model, Options, new RandomKey(3));
        single.Train(batches, 5, [new StepLogHook(1, (_, logs) => losses.Add(logs["loss"]))]);

        estimator.Train(batches, 5, [new StepLogHook(2, (session, logs) => lines.Add((session.Step, logs["loss"])))]);

        Assert.Equal([2, 4, 5], lines.Select(line => line.Step));
        Assert.Equal((losses[2] + losses[3]) / 2, lines[1].Loss, 1e-6);
        Assert.Equal(losses[4], lines[2].Loss, 1e-6);
    }

    private static Model NewModel(int units = 1)
    {
        var builder = new GraphBuilder();
        var input = builder.Input("x", new Spec(Shape.OfBatch(3)), SourceSpan.Nowhere);
        var normal = builder.Call(GraphBuilder.Add(new BatchNormalization(), "bn", SourceSpan.Nowhere), "bn", [input], CallOptions.None, SourceSpan.Nowhere);
        var dense = builder.Call(GraphBuilder.Add(new Dense { Units = units }, "dense", SourceSpan.Nowhere), "dense", [new TensorRef(normal)], CallOptions.None, SourceSpan.Nowhere);
        return new Model("m", builder.Build([new Port("dense", new TensorRef(dense))]), new RandomKey(1));
    }

    private static Tensor Inputs() => arange(60, float32).reshape(20, 3).div(30).sub(1);

    private static Tensor Targets() => Inputs().sum(1, keepdim: true);

    private static ColumnBatches Batches(long? passes) => new(
        [Column.Of(Inputs())], [Column.Of(Targets())], [null], new BatchPlan { Examples = 20, BatchSize = 8, Passes = passes, RunsOn = true });
}
