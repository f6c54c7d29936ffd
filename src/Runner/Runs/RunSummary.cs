using ExperimentRunner.Runner.Configuration;

namespace ExperimentRunner.Runner.Runs;

/// <summary>What a reader knows of a run from its folder; of a broken folder, what can be known. Each part is read when it is first asked for.</summary>
internal sealed class RunSummary
{
    private readonly RunIndex? _index;
    private RunFacts? _facts;
    private IReadOnlyList<SeriesSummary>? _series;
    private FlatSettings? _settings;
    private IReadOnlyList<string>? _layers;
    private RunNotes? _notes;
    private string? _status;

    /// <summary>A run's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="index">What was read of it before; null where nothing is kept.</param>
    internal RunSummary(RunFolder folder, RunIndex? index = null) => (Folder, _index) = (folder, index);

    /// <summary>A run's folder by itself.</summary>
    internal static RunSummary Read(RunFolder folder) => new(folder);

    /// <summary>The folder.</summary>
    internal RunFolder Folder { get; }

    /// <summary>What people call it: <c>name/id</c>.</summary>
    internal string Name => $"{Folder.Name}/{Folder.Id}";

    /// <summary>What its record says.</summary>
    internal RunFacts Facts => _facts ??= RunIndex.Facts.Of(Folder, _index);

    /// <summary>Its curves in a few figures.</summary>
    internal IReadOnlyList<SeriesSummary> Series => _series ??= RunIndex.Series.Of(Folder, _index);

    /// <summary>Its experiment, every default filled in.</summary>
    internal FlatSettings Settings => _settings ??= RunIndex.Settings.Of(Folder, _index);

    /// <summary>The classes of the layers of its model.</summary>
    internal IReadOnlyList<string> Layers => _layers ??= RunIndex.Layers.Of(Folder, _index);

    /// <summary>What people wrote to it.</summary>
    internal RunNotes Notes => _notes ??= RunNotes.Read(Folder);

    /// <summary>How it stands; <c>crashed</c> for a running one whose process is gone, <c>unknown</c> without a readable record.</summary>
    internal string Status => _status ??= Facts is { Status: "running", Process: { } process } && process.IsGone() ? "crashed" : Facts.Status;

    /// <summary>The last step that is known of: the record's, or the last measurement's while it runs.</summary>
    internal long? Step => Status == "done" && Facts.Step is { } step ? step
        : Series.Count == 0 ? Facts.Step : Math.Max(Facts.Step ?? 0, Series.Max(series => series.LastStep));

    /// <summary>How long it took, or has taken so far.</summary>
    internal double? SecondsAt(DateTimeOffset now) => Facts.Seconds ?? (Status == "running" && Facts.Started is { } started ? (now - started).TotalSeconds : null);
}
