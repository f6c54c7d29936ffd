using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Losses;
using ExperimentRunner.Engine.Metrics;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Optimizers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Callbacks;

/// <summary>A small training to look on at: 20 examples in batches of 8, a dense layer, mean squared error.</summary>
internal sealed class Small : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    internal Small(Optimizer? optimizer = null, double start = 0)
    {
        var builder = new GraphBuilder();
        var input = builder.Input("x", new Spec(Shape.OfBatch(3)), SourceSpan.Nowhere);
        var dense = builder.Call(GraphBuilder.Add(new Dense { Units = 1 }, "dense", SourceSpan.Nowhere), "dense", [input], CallOptions.None, SourceSpan.Nowhere);
        Model = new Model("m", builder.Build([new Port("dense", new TensorRef(dense))]), new RandomKey(1));
        Model.Weights[1].Assign(full(1, start));
        Options = new CompileOptions
        {
            Loss = new PerOutput<LossChoice>(new LossChoice(null, new Engine.Losses.MeanSquaredError())),
            Optimizer = optimizer ?? new SGD { LearningRate = 0.1 },
            Metrics = new PerOutput<IReadOnlyList<MetricChoice>>([new MetricChoice("mae", new Engine.Metrics.MeanAbsoluteError())]),
        };
        Trainer = new Trainer(Model, Options, new RandomKey(2));
        Folder = new TempFolder();
        Place = new Surroundings { Folder = Folder.Path, Inform = Said.Add, Warn = Warned.Add };
    }

    internal Model Model { get; }

    internal Trainer Trainer { get; }

    internal CompileOptions Options { get; }

    internal TempFolder Folder { get; }

    internal List<string> Said { get; } = [];

    internal List<string> Warned { get; } = [];

    internal Surroundings Place { get; }

    internal static Tensor Inputs => arange(60, float32).reshape(20, 3).div(30).sub(1);

    internal static ColumnBatches Batches(long? passes = null, bool runsOn = false) => new(
        [Column.Of(Inputs)], [Column.Of(Inputs.sum(1, keepdim: true))], [null], new BatchPlan { Examples = 20, BatchSize = 8, Passes = passes, RunsOn = runsOn });

    /// <summary>Fits for some epochs, validating on the same data.</summary>
    internal Fit Fit(int epochs, params TrainingListener[] listeners)
    {
        using var batches = Batches();
        using var validation = Batches(passes: 1);
        var fit = new Fit(Trainer, new FitOptions { Epochs = epochs }) { Place = Place };
        fit.Run(batches, 3, validation, listeners);
        return fit;
    }

    /// <summary>An estimator made from the model.</summary>
    internal Estimator NewEstimator() => new(Model, Options, new RandomKey(3));

    public void Dispose()
    {
        Trainer.Dispose();
        Model.Dispose();
        Folder.Dispose();
        _scope.Dispose();
    }
}
