using System.Diagnostics;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks;

/// <summary>
/// A training step of the MNIST CNN (batch 100), as an experiment trains it, against a loop written by hand in TorchSharp as its
/// examples show: channels first, TorchSharp's own Adadelta and Dropout. Both in one process, in turns.
/// </summary>
internal static class TrainingStepBenchmark
{
    private const int Batch = 100;
    internal const int Examples = 6000;
    private const int Steps = 10;

    private static readonly string[] Layers =
    [
        """{"Conv2D": {"filters": 32, "kernel_size": 3, "activation": "relu"}}""",
        """{"Conv2D": {"filters": 64, "kernel_size": 3, "activation": "relu"}}""",
        "\"MaxPooling2D\"",
        """{"Dropout": {"rate": 0.25}}""",
        "\"Flatten\"",
        """{"Dense": {"units": 128, "activation": "relu"}}""",
        """{"Dropout": {"rate": 0.5}}""",
        """{"Dense": {"units": 10, "activation": "softmax"}}""",
    ];

    internal static void Run()
    {
        using var scope = NewDisposeScope();
        var pictures = randint(0, 256, [Examples, 28, 28], ScalarType.Byte);
        var labels = randint(0, 10, [Examples], ScalarType.Byte);
        using var ours = Ours(out var batches, pictures, labels);
        using var theirs = new ByHand();
        var (x, y) = (pictures.to_type(ScalarType.Float32).div_(255).unsqueeze(1), labels.to_type(ScalarType.Int64));
        var number = 0;
        Console.WriteLine($"MNIST CNN, batch {Batch}, {get_num_threads()} threads; {Steps} steps a turn");
        Rounds.Compare(
            "training step, experiment / by hand",
            () => ours.Train(batches, ours.GlobalStep + Steps, []),
            () =>
            {
                for (var step = 0; step < Steps; step++)
                {
                    using var inner = NewDisposeScope();
                    var start = number++ * Batch % (Examples - Batch);
                    theirs.Step(x.narrow(0, start, Batch), y.narrow(0, start, Batch));
                }
            },
            calls: 1);
        Console.WriteLine($"of a step, outside libtorch's work: {Overhead(pictures, labels):P2}");
    }

    /// <summary>
    /// The loop's own part of a step: a step of the same loop, layers, batches and optimizer on a picture of 3 × 3 pixels and
    /// batches of 1, where libtorch has next to nothing to compute, less what the same calls cost by hand; over a step of the CNN.
    /// </summary>
    private static double Overhead(Tensor pictures, Tensor labels)
    {
        using var large = Ours(out var batches, pictures, labels);
        using var small = Tiny(out var tinyBatches);
        using var hand = new TinyByHand();
        return (Median(() => small.Train(tinyBatches, small.GlobalStep + 1, []), 2000) - Median(hand.Step, 2000)) / Median(() => large.Train(batches, large.GlobalStep + 1, []), 20);
    }

    private static double Median(Action step, int times)
    {
        for (var i = 0; i < times / 4; i++)
        {
            step();
        }

        var seconds = new double[times];
        for (var i = 0; i < times; i++)
        {
            var start = Stopwatch.GetTimestamp();
            step();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[times / 2];
    }

    /// <summary>The network as an experiment trains it.</summary>
    internal static Estimator Ours(out ColumnBatches batches, Tensor pictures, Tensor labels)
    {
        var x = Column.Of(pictures.clone()).With(Layer("""{"Rescaling": {"scale": 0.00392156862745098}}""")).With(Layer("""{"Reshape": {"target_shape": [28, 28, 1]}}"""));
        var y = Column.Of(labels.clone()).With(new Engine.Layers.Preprocessing.ToCategorical { NumClasses = 10 });
        batches = new ColumnBatches([x], [y], [null], new BatchPlan { Examples = Examples, BatchSize = Batch, Passes = null, Shuffle = true, RunsOn = true });
        return Convert(Layers, Shape.OfBatch(28, 28, 1), """{"loss": "categorical_crossentropy", "optimizer": {"Adadelta": {"learning_rate": 1.0}}, "metrics": ["accuracy"]}""");
    }

    private static Estimator Tiny(out ColumnBatches batches)
    {
        var (x, y) = (Column.Of(ones(8, 2)), Column.Of(ones(8, 1)));
        batches = new ColumnBatches([x], [y], [null], new BatchPlan { Examples = 8, BatchSize = 1, Passes = null, Shuffle = true, RunsOn = true });
        return Convert(["""{"Dense": {"units": 1}}"""], Shape.OfBatch(2), """{"loss": "mse", "optimizer": "sgd"}""");
    }

    /// <summary>The MNIST CNN with start weights.</summary>
    internal static Model Cnn() => Build(Layers, Shape.OfBatch(28, 28, 1));

    private static Estimator Convert(IEnumerable<string> layers, Shape input, string compile)
    {
        using var model = Build(layers, input);
        return new Estimator(model, Reading.Read<CompileOptions>(JsonNodes.Parse(compile)), new RandomKey(1));
    }

    private static Model Build(IEnumerable<string> layers, Shape input)
    {
        var builder = new GraphBuilder();
        var tensor = builder.Input("x", new Spec(input), SourceSpan.Nowhere);
        foreach (var definition in layers.Select(Layer))
        {
            var name = builder.FreeName(Catalog.NameOf(definition.GetType()));
            tensor = new TensorRef(builder.Call(GraphBuilder.Add(definition, name, SourceSpan.Nowhere), name, [tensor], CallOptions.None, SourceSpan.Nowhere));
        }

        return new Model("cnn", builder.Build([new Port("y", tensor)]), new RandomKey(1));
    }

    private static Layer Layer(string json) => Reading.Read<Layer>(JsonNodes.Parse(json));

    /// <summary>The same network as TorchSharp's examples write it.</summary>
    private sealed class ByHand : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _layers = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
            nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10));

        private readonly optim.Optimizer _optimizer;

        internal ByHand()
            : base("by_hand")
        {
            RegisterComponents();
            _optimizer = optim.Adadelta(parameters(), lr: 1.0, rho: 0.95, eps: 1e-7);
        }

        public override Tensor forward(Tensor input) => _layers.forward(input);

        internal void Step(Tensor x, Tensor y)
        {
            _optimizer.zero_grad();
            nn.functional.cross_entropy(forward(x), y).backward();
            _optimizer.step();
        }
    }

    /// <summary>The calls of the tiny network's step, written out.</summary>
    private sealed class TinyByHand : IDisposable
    {
        private readonly Tensor _kernel = ones(2, 1).requires_grad_();
        private readonly Tensor _bias = ones(1).requires_grad_();
        private readonly Tensor _x = ones(1, 2);
        private readonly Tensor _y = ones(1, 1);

        public void Dispose() => _kernel.Dispose();

        internal void Step()
        {
            using var scope = NewDisposeScope();
            var loss = (addmm(_bias, _x, _kernel, 1, 1) - _y).square().mean();
            var gradients = autograd.grad([loss], [_kernel, _bias]);
            using var _ = no_grad();
            _kernel.add_(gradients[0], -0.01);
            _bias.add_(gradients[1], -0.01);
        }
    }
}
