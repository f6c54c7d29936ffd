using System.Globalization;

namespace ExperimentRunner.Runner.Runs;

/// <summary>The folder of one run: claimed by making it, so that two runs never share one.</summary>
/// <param name="path">The folder, absolute.</param>
internal sealed class RunFolder(string path)
{
    /// <summary>The folder, absolute.</summary>
    internal string Path { get; } = path;

    /// <summary>The run's own part of its name: <c>20261122-171501</c>.</summary>
    internal string Id => System.IO.Path.GetFileName(Path);

    /// <summary>The experiment's part of its name.</summary>
    internal string Name => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path))!;

    /// <summary>The name of the file that says how a run stands; a folder with one is a run.</summary>
    internal const string RecordName = "run.json";

    /// <summary>The experiment file as it was written.</summary>
    internal string ExperimentFile => InFolder("experiment.yaml");

    /// <summary>The experiment with every default and override filled in.</summary>
    internal string ResolvedFile => InFolder("resolved.yaml");

    /// <summary>Status, machine, results.</summary>
    internal string RecordFile => InFolder(RecordName);

    /// <summary>The measurements, one a line.</summary>
    internal string MetricsFile => InFolder("metrics.jsonl");

    /// <summary>The layers of the model, as they were joined.</summary>
    internal string ModelFile => InFolder("model.json");

    /// <summary>Where each value of the experiment was written.</summary>
    internal string OriginsFile => InFolder("origins.json");

    /// <summary>What people wrote to the run.</summary>
    internal string NotesFile => InFolder("notes.json");

    /// <summary>What the program said.</summary>
    internal string LogFile => InFolder("log.jsonl");

    /// <summary>What only one process at a time may hold.</summary>
    internal string LockFile => InFolder(".lock");

    /// <summary>The folder of checkpoints.</summary>
    internal string Checkpoints => InFolder("checkpoints");

    /// <summary>Claims a new folder <c>root/name/time</c>; a second run of the same second gets a number.</summary>
    internal static RunFolder Claim(string root, string name, DateTimeOffset now)
    {
        var parent = Directory.CreateDirectory(System.IO.Path.Combine(root, name)).FullName;
        var id = now.ToLocalTime().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        for (var number = 1; ; number++)
        {
            var path = System.IO.Path.Combine(parent, number == 1 ? id : $"{id}-{number}");
            if (NewDirectory.TryMake(path))
            {
                return new RunFolder(path);
            }
        }
    }

    /// <summary>The path of a file that the run writes: relative ones lie in the folder.</summary>
    internal string InFolder(string file) => System.IO.Path.GetFullPath(file, Path);
}
