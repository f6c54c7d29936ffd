using ExperimentRunner.Benchmarks.Contests;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Benchmarks;

/// <summary>Training steps of an experiment against a loop written by hand in TorchSharp as its examples show, in turns in one process.</summary>
internal static class StepBenchmark
{
    /// <summary>All networks, with how many steps are timed together.</summary>
    private static readonly (Func<Contest> Make, int Steps)[] All =
    [
        (() => MnistCnn.Make(), 10), (() => MnistCnn.Make(ScalarType.BFloat16), 10), (SmallMlp.Make, 500), (TextLstm.Make, 20), (ResNet20.Make, 10),
        (TransformerBlock.Make, 10),
    ];

    internal static void Run()
    {
        Console.WriteLine($"a step of an experiment / by hand, {get_num_threads()} threads");
        foreach (var (make, steps) in All)
        {
            using var scope = NewDisposeScope();
            using var contest = make();
            Rounds.Compare($"{contest.Title}, {contest.Estimator.Model.Compute}", () => contest.Ours(steps), () => contest.Theirs(steps), per: steps);
        }
    }
}
