using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Optimizers;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace ExperimentRunner.Benchmarks;

/// <summary>The optimizer's part of a training step, against TorchSharp's own optimizer of that name.</summary>
internal static class OptimizerBenchmark
{
    // 24 weights, 0.79 million values: a small convolutional network, and one of four small weights
    private static readonly long[][] Large =
    [
        .. Enumerable.Repeat<long[]>([3, 3, 64, 64], 10), .. Enumerable.Repeat<long[]>([64], 10), [784, 420], [420], [420, 210], [210],
    ];

    private static readonly long[][] Small = [[20, 32], [32], [32, 3], [3]];

    internal static void Run()
    {
        Console.WriteLine($"{Large.Length} weights, {Large.Sum(shape => shape.Aggregate((a, b) => a * b)) / 1e6:F2} million values, {get_num_threads()} threads");
        Compare("Adam", new Adam(), weights => optim.Adam(weights));
        Compare("Adam, odd strides", new Adam(), weights => optim.Adam(weights), oddStrides: true);
        Compare("AdamW", new AdamW(), weights => optim.AdamW(weights));
        Compare("SGD", new SGD(), weights => optim.SGD(weights, 0.01));
        Compare("SGD, momentum", new SGD { Momentum = 0.9 }, weights => optim.SGD(weights, 0.01, momentum: 0.9));
        Compare("Adadelta", new Adadelta(), weights => optim.Adadelta(weights));
        Compare("Adadelta, odd strides", new Adadelta(), weights => optim.Adadelta(weights), oddStrides: true);
        Compare("RMSprop", new RMSprop(), weights => optim.RMSProp(weights));
        Compare("Adagrad", new Adagrad(), weights => optim.Adagrad(weights));
        Compare("Adamax", new Adamax(), weights => optim.Adamax(weights));
        Compare("Nadam", new Nadam(), weights => optim.NAdam(weights));
    }

    private static void Compare(string name, Optimizer ours, Func<IEnumerable<Parameter>, optim.Optimizer> theirs, bool oddStrides = false)
    {
        Compare($"{name}, large", Large, ours, theirs, oddStrides, calls: 30);
        Compare($"{name}, small", Small, ours, theirs, oddStrides, calls: 300);
    }

    private static void Compare(
        string name, long[][] shapes, Optimizer ours, Func<IEnumerable<Parameter>, optim.Optimizer> theirs, bool oddStrides, int calls)
    {
        using var scope = NewDisposeScope();
        Weight[] weights = [.. shapes.Select((shape, i) => new Weight($"layer_{i}/kernel", randn(shape)))];
        Tensor[] gradients = [.. shapes.Select(shape => oddStrides ? Odd(shape) : randn(shape))];
        Parameter[] parameters = [.. shapes.Select(shape => new Parameter(randn(shape)))];
        foreach (var (parameter, gradient) in parameters.Zip(gradients))
        {
            parameter.grad = gradient;
        }

        using var state = ours.Start(weights);
        using var optimizer = theirs(parameters);
        Rounds.Compare(
            name,
            () => state.Step(gradients),
            () =>
            {
                using var step = NewDisposeScope();
                optimizer.step();
            },
            calls: calls);
        foreach (var weight in weights)
        {
            weight.Dispose();
        }
    }

    /// <summary>A gradient as a convolution leaves it: of Keras's shape, in another order in memory.</summary>
    private static Tensor Odd(long[] shape) => shape.Length == 4 ? randn(shape[3], shape[2], shape[0], shape[1]).permute(2, 3, 1, 0) : randn(shape);
}
