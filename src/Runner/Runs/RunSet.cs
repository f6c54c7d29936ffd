namespace ExperimentRunner.Runner.Runs;

/// <summary>The runs of a folder, newest first.</summary>
internal sealed class RunSet : IDisposable
{
    private const int WorthAnIndex = 50;

    private readonly RunIndex? _index;

    private RunSet(IReadOnlyList<RunSummary> all, RunIndex? index) => (All, _index) = (all, index);

    /// <summary>All runs.</summary>
    internal IReadOnlyList<RunSummary> All { get; }

    /// <summary>Finds the runs of a folder. Many are read with the help of an index that is kept beside them.</summary>
    internal static RunSet In(string root)
    {
        var folders = RunFolders.In(root);
        var index = folders.Count >= WorthAnIndex ? RunIndex.Open(root) : null;
        index?.Keep(folders);
        return new RunSet([.. folders.Select(folder => new RunSummary(folder, index))], index);
    }

    /// <summary>Reads a part of many runs on all cores.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="part">Asks for the part.</param>
    internal static void Prefetch(IReadOnlyList<RunSummary> runs, Action<RunSummary> part) =>
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, part);

    /// <inheritdoc/>
    public void Dispose() => _index?.Dispose();
}
