using ExperimentRunner.Benchmarks;

var cases = new Dictionary<string, Action>
{
    ["optimizer"] = OptimizerBenchmark.Run,
    ["step"] = TrainingStepBenchmark.Run,
    ["memory"] = MemoryProof.Run,
    ["startup"] = StartUpBenchmark.Run,
};

if (args is not [var name] || !cases.TryGetValue(name, out var run))
{
    Console.Error.WriteLine($"usage: Benchmarks <{string.Join("|", cases.Keys)}>");
    return 2;
}

run();
return 0;
