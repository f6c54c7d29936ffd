using ExperimentRunner.Benchmarks;

var cases = new Dictionary<string, Action<string[]>>
{
    ["table"] = _ => PerformanceTable.Run(),
    ["optimizer"] = _ => OptimizerBenchmark.Run(),
    ["step"] = _ => StepBenchmark.Run(),
    ["memory"] = _ => MemoryProof.Run(),
    ["checkpoint"] = _ => CheckpointBenchmark.Run(),
    ["startup"] = _ => StartUpBenchmark.Run(),
    ["load"] = rest => LoadBenchmark.Run(rest.FirstOrDefault()),
    ["fuzz"] = rest => Fuzz.Run(rest is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 5000),
    ["stream"] = rest => StreamBenchmark.Run(rest is [var gigabytes] ? double.Parse(gigabytes, System.Globalization.CultureInfo.InvariantCulture) : 20),
    ["runs"] = _ => RunListBenchmark.Run(),
    ["predict"] = _ => PredictBenchmark.Run(),
};

if (args is not [var name, .. var rest] || !cases.TryGetValue(name, out var run))
{
    Console.Error.WriteLine($"usage: Benchmarks <{string.Join("|", cases.Keys)}>");
    return 2;
}

try
{
    run(rest);
    return 0;
}
catch (InvalidOperationException problem) // what was measured is not as it must be
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
