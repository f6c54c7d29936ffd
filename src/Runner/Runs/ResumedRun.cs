using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Runner.Runs;

/// <summary>From where a run goes on: its newest checkpoint, or its beginning.</summary>
/// <param name="From">The checkpoint; null is the beginning.</param>
/// <param name="Checkpoints">All its checkpoints; null where it had none.</param>
internal sealed record ResumedRun(SavedState? From, RunCheckpoints? Checkpoints = null) : IDisposable
{
    private static readonly string[] NotToRemove = ["experiment.yaml", "resolved.yaml", "model.json", "origins.json", "run.json", "notes.json", ".lock", "sources"];

    /// <summary>The seconds that the run was at work until then.</summary>
    internal double Seconds => From?.Number("seconds") ?? 0;

    /// <summary>What came out until then.</summary>
    internal JsonObject? Progress => From?.Value("record") as JsonObject;

    /// <summary>The experiment that the checkpoint belongs to; null at the beginning.</summary>
    internal string? Configuration => (string?)From?.Value("configuration");

    /// <summary>Reads the newest checkpoint of a run that is whole.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="tell">Takes a sentence about each checkpoint that could not be used.</param>
    internal static ResumedRun Read(RunFolder folder, Action<string> tell)
    {
        var checkpoints = new RunCheckpoints(folder.Checkpoints);
        return new ResumedRun(checkpoints.ReadNewest(state => LengthOf(folder.MetricsFile) >= state.Need<long>("metrics_length"), tell), checkpoints);
    }

    /// <summary>Makes the folder what it was at that moment: what was written later is taken back, and is written again.</summary>
    internal void CutBack(RunFolder folder)
    {
        WholeFile.RemoveLeftovers(folder.Path);
        Checkpoints?.RemoveUseless();
        if (From is null)
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(folder.Path).Where(path => !NotToRemove.Contains(Path.GetFileName(path))).ToList())
            {
                Remove(path);
            }

            return;
        }

        Cut(folder.MetricsFile, From.Need<long>("metrics_length"));
        Cut(folder.LogFile, From.Need<long>("log_length"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        From?.Dispose();
        Checkpoints?.Dispose();
    }

    /// <summary>What a run's record says; null where it has none that can be read.</summary>
    internal static JsonObject? RecordOf(RunFolder folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(folder.RecordFile)) as JsonObject;
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static void Cut(string path, long length)
    {
        if (LengthOf(path) > length)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
            file.SetLength(length);
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
