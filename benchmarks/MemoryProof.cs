using System.Diagnostics;
using ExperimentRunner.Benchmarks.Contests;
using ExperimentRunner.Engine.Estimators;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks;

/// <summary>Trains many small steps, and fails where the process needs more memory after the last of them than early on.</summary>
internal static class MemoryProof
{
    private const int Early = 1_000;
    private const int Late = 20_000;
    private const long Allowed = 4 << 20; // what compiled code and malloc move by themselves: 220 bytes a step

    private static readonly string[] Layers =
    [
        """{"Conv2D": {"filters": 4, "kernel_size": 3, "padding": "same", "activation": "relu"}}""",
        "\"BatchNormalization\"",
        "\"MaxPooling2D\"",
        """{"Dropout": {"rate": 0.3}}""",
        "\"Flatten\"",
        """{"Dense": {"units": 3, "activation": "softmax", "kernel_regularizer": "l2"}}""",
    ];

    internal static void Run()
    {
        using var scope = NewDisposeScope();
        using var estimator = Small();
        using var batches = Batches();
        var lines = new StepLogHook(100, (_, _) => { });
        estimator.Train(batches, Early, [lines]);
        var early = Measure();
        estimator.Train(batches, Late, [lines]);
        var late = Measure();
        Console.WriteLine(
            $"after {Early} steps {early.Resident / 1e6:F1} MB resident, {early.Heap / 1e6:F1} MB of .NET's heap in use; after {Late} steps {late.Resident / 1e6:F1} MB, {late.Heap / 1e6:F1} MB");
        if (late.OutsideHeap - early.OutsideHeap > Allowed || late.Heap - early.Heap > Allowed)
        {
            throw new InvalidOperationException("Memory grows while steps are made.");
        }
    }

    /// <summary>The median seconds of a step among the first tenth of as many steps, and among the last.</summary>
    internal static (double First, double Last) Drift()
    {
        using var scope = NewDisposeScope();
        using var estimator = Small();
        using var batches = Batches();
        estimator.Train(batches, Early, []); // compiled by then
        var seconds = new double[Late];
        for (var i = 0; i < Late; i++)
        {
            var start = Stopwatch.GetTimestamp();
            estimator.Train(batches, estimator.GlobalStep + 1, []);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return (Spread.Of(seconds[..(Late / 10)]).Median, Spread.Of(seconds[^(Late / 10)..]).Median);
    }

    private static Estimator Small() => new Network(Shape.OfBatch(8, 8, 1)).Add(Layers)
        .Compile("""{"loss": "sparse_categorical_crossentropy", "optimizer": "adam", "metrics": ["accuracy"]}""");

    private static ColumnBatches Batches() => Network.Batches(Column.Of(rand(100, 8, 8, 1)), Column.Of(randint(0, 3, [100])), 8);

    private static Memory Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var heap = GC.GetGCMemoryInfo();
        return new Memory(process.WorkingSet64, heap.TotalCommittedBytes, heap.HeapSizeBytes);
    }

    /// <summary>What the process holds: .NET keeps pages of its heap for later, so what is in use there is told apart.</summary>
    private sealed record Memory(long Resident, long Committed, long Heap)
    {
        internal long OutsideHeap => Resident - Committed;
    }
}
