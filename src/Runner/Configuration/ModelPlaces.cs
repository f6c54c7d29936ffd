using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>Where a file of a model that an experiment names is found: among what the run writes, then beside the experiment file.</summary>
internal static class ModelPlaces
{
    /// <summary>Whether it will be found when the run comes to it.</summary>
    internal static bool IsThere(FilePath file, Experiment experiment) => File.Exists(file.Full) || WrittenModels.Has(experiment, file.Written);

    /// <summary>The file as another run of the experiment will find it.</summary>
    internal static FilePath? Stable(FilePath? file, Experiment experiment) => file is null || !WrittenModels.Has(experiment, file.Written) ? file : file with { Full = file.Written };

    /// <summary>The file as it is found now.</summary>
    /// <param name="file">The file.</param>
    /// <param name="runFolder">The run's folder.</param>
    internal static string Find(FilePath file, string runFolder)
    {
        var written = Path.GetFullPath(file.Written, runFolder);
        return File.Exists(written) ? written : file.Full;
    }
}
