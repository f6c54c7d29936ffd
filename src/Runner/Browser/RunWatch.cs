using ExperimentRunner.Runner.Runs;
using Microsoft.Extensions.Hosting;

namespace ExperimentRunner.Runner.Browser;

/// <summary>Knows the runs of a folder while the browser's program lasts: looks again and again, and reads anew what changed.</summary>
/// <param name="root">The folder of runs.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class RunWatch(string root, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(700);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, (long Stamp, RunSummary Run)> _known = new(StringComparer.Ordinal);

    /// <summary>Is told when anything changed.</summary>
    internal event Action? Changed;

    /// <summary>The folder of runs.</summary>
    internal string Root { get; } = root;

    /// <summary>The runs, newest first.</summary>
    internal IReadOnlyList<RunSummary> All { get; private set; } = [];

    /// <summary>Ends when the folder was looked through once.</summary>
    internal Task First => _first.Task;

    /// <summary>The run of a name; null where there is none. Only what was found in the folder is known, so no name leads out of it.</summary>
    internal RunSummary? Find(string? name, string? id) => All.FirstOrDefault(run => run.Folder.Name == name && run.Folder.Id == id);

    /// <summary>Looks again now.</summary>
    internal void Look()
    {
        lock (_first)
        {
            var (fresh, changed) = (new Dictionary<string, (long, RunSummary)>(StringComparer.Ordinal), false);
            var all = RunFolders.In(Root).Select(folder =>
            {
                var stamp = StampOf(folder);
                var isKnown = _known.TryGetValue(folder.Path, out var known) && known.Stamp == stamp && known.Run.Status != "running";
                changed |= !isKnown;
                fresh[folder.Path] = isKnown ? known : (stamp, new RunSummary(folder));
                return fresh[folder.Path].Item2;
            }).ToList();
            changed |= all.Count != All.Count;
            (_known, All) = (fresh, all);
            if (changed)
            {
                Changed?.Invoke();
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var set = RunSet.In(Root); // its index stays open: runs of it are read when someone asks
        _known = set.All.ToDictionary(run => run.Folder.Path, run => (StampOf(run.Folder), run), StringComparer.Ordinal);
        All = set.All;
        RunSet.Prefetch(set.All, run => (_, _) = (run.Facts, run.Notes));
        _first.TrySetResult();
        Changed?.Invoke();
        RunSet.Prefetch(set.All, run => _ = run.Series);
        RunSet.Prefetch(set.All, run => (_, _) = (run.Settings, run.Layers)); // so that the first condition is answered as fast as the next
        while (!stoppingToken.IsCancellationRequested)
        {
            var start = clock.GetTimestamp();
            Look();
            var rest = clock.GetElapsedTime(start) * 8; // looking takes a ninth of the time at most
            await Task.Delay(rest > Shortest ? rest : Shortest, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static long StampOf(RunFolder folder) => HashCode.Combine(StampOf(folder.RecordFile), StampOf(folder.NotesFile), StampOf(folder.MetricsFile));

    private static long StampOf(string path) => new FileInfo(path) is { Exists: true } file ? file.LastWriteTimeUtc.Ticks + file.Length : 0;
}
