using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Models;

public class SmallDenseChainTests
{
    public static TheoryData<Layer[], Loss> Networks => new()
    {
        { [new Dense { Units = 8, Activation = new Relu() }, new Dense { Units = 3, Activation = new Softmax() }], new SparseCategoricalCrossentropy() },
        { [new Dense { Units = 19, Activation = new Tanh() }, new Dense { Units = 11, Activation = new Sigmoid() }, new Dense { Units = 1 }], new MeanSquaredError() },
        { [new Dense { Units = 9 }, new Dense { Units = 1, Activation = new Sigmoid() }], new BinaryCrossentropy() },
        { [new Dense { Units = 16, Activation = new Relu(), UseBias = false }, new Dense { Units = 2, Activation = new Softplus(), UseBias = false }], new MeanAbsoluteError() },
        { [new Dense { Units = 3 }], new SparseCategoricalCrossentropy { FromLogits = true } },
    };

    [Theory, MemberData(nameof(Networks))]
    public void LearnsWhatLibtorchLearns(Layer[] layers, Loss loss)
    {
        using var scope = NewDisposeScope();
        var (here, there) = (Train(layers, loss, watched: false), Train(layers, loss, watched: true));

        Assert.Equal(there.Losses.Count, here.Losses.Count);
        Assert.All(there.Losses.Zip(here.Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(there.Weights.Zip(here.Weights), pair => Assert.True(pair.First.allclose(pair.Second, 1e-4, 1e-5), $"{pair.First.str()} {pair.Second.str()}"));
        Assert.True(there.Losses[^1] < there.Losses[0]);
    }

    [Fact]
    public void OnlyPlainDenseLayersThatAreTrainedWholeAreTaken()
    {
        using var scope = NewDisposeScope();
        Assert.NotNull(Chain([new Dense { Units = 4, Activation = new Relu() }, new Dense { Units = 2 }]));
        Assert.Null(Chain([new Dense { Units = 4 }, new Dropout { Rate = 0.5 }, new Dense { Units = 2 }]));
        Assert.Null(Chain([new Dense { Units = 4, Activation = new Gelu() }, new Dense { Units = 2 }]));
        Assert.Null(Chain([new Dense { Units = 4, Activation = new Relu { MaxValue = 6 } }, new Dense { Units = 2 }]));
        Assert.Null(Chain([new Dense { Units = 4, KernelRegularizer = new L2() }, new Dense { Units = 2 }]));
        Assert.Null(Chain([new Dense { Units = 4, ActivityRegularizer = new L2() }, new Dense { Units = 2 }]));
        Assert.Null(Chain([new Dense { Units = 4, Trainable = false }, new Dense { Units = 2 }]));
    }

    [Fact]
    public void BatchesWithMuchToComputeAreNotTaken()
    {
        using var scope = NewDisposeScope();
        using var model = NewModel([new Dense { Units = 64 }]);
        var chain = SmallDenseChain.Of(model, model.Weights)!;
        using var batches = Batches(new MeanSquaredError(), units: 64, size: 200, rows: 400);

        Assert.False(chain.Takes(batches.At(0)));
    }

    private static SmallDenseChain? Chain(Layer[] layers)
    {
        using var model = NewModel(layers);
        return SmallDenseChain.Of(model, [.. model.Weights.Where(weight => weight.Trainable)]);
    }

    /// <summary>Trains; a model that is watched computes by its layers.</summary>
    private static (List<double> Losses, Tensor[] Weights) Train(Layer[] layers, Loss loss, bool watched)
    {
        using var model = NewModel(layers);
        using var trainer = new Trainer(model, new CompileOptions { Loss = new LossChoice(null, loss), Optimizer = new Adam { LearningRate = 0.01 } }, new RandomKey(3));
        trainer.Seen = watched ? (_, _) => { } : null;
        using var batches = Batches(loss, ((Dense)layers[^1]).Units, size: 7, rows: 40); // the last batch of a pass is smaller
        var losses = new List<double>();
        for (var step = 0; step < 30; step++)
        {
            trainer.TrainStep(step, batches.At(step));
            losses.Add(trainer.LastLoss);
        }

        return ([.. losses.Chunk(6).Select(chunk => chunk.Average())], [.. model.Weights.Select(weight => weight.Value.detach().clone())]);
    }

    private static Model NewModel(Layer[] layers)
    {
        var builder = new GraphBuilder();
        var tensor = builder.Input("x", new Spec(Shape.OfBatch(6)), SourceSpan.Nowhere);
        foreach (var (layer, name) in layers.Select((layer, i) => (layer, $"layer_{i}")))
        {
            tensor = new TensorRef(builder.Call(GraphBuilder.Add(layer, name, SourceSpan.Nowhere), name, [tensor], CallOptions.None, SourceSpan.Nowhere));
        }

        return new Model("m", builder.Build([new Port("y", tensor)]), new RandomKey(1));
    }

    private static ColumnBatches Batches(Loss loss, long units, int size, int rows)
    {
        var x = arange(rows * 6, float32).mul(0.7).sin().reshape(rows, 6);
        var y = loss is SparseCategoricalCrossentropy ? x[TensorIndex.Colon, ..3].argmax(1)
            : loss is BinaryCrossentropy ? x.sum(1, keepdim: true).gt(0).to_type(float32)
            : x[TensorIndex.Colon, ..1].abs().expand(rows, units).contiguous();
        return new ColumnBatches([Column.Of(x)], [Column.Of(y)], [null], new BatchPlan { Examples = rows, BatchSize = size, Passes = null });
    }
}
