using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Runner.Asking;
using ExperimentRunner.Runner.Commands;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>
/// Where a model that an experiment names is found: among what the run writes, then beside the experiment file, then among the runs
/// that there are before this one begins.
/// </summary>
internal static class ModelPlaces
{
    /// <summary>Whether it will be found when the run comes to it.</summary>
    internal static bool IsThere(FilePath file, Experiment experiment) => Path.Exists(file.Full) || WrittenModels.Has(experiment, file.Written);

    /// <summary>The experiment with the names of runs made the folders of those runs, so that they mean the same ever after.</summary>
    internal static Experiment Pinned(Experiment experiment)
    {
        return experiment with
        {
            Model = experiment.Model is { } model ? PinAll(model) : null,
            Estimator = experiment.Estimator is not { } estimator ? null : estimator with
            {
                KerasModelPath = estimator.KerasModelPath is { } path ? Pin(path) : null,
                WarmStartFrom = estimator.WarmStartFrom is { } warm ? warm with { CkptToInitializeFrom = Pin(warm.CkptToInitializeFrom) } : null,
            },
        };

        ModelSection PinAll(ModelSection model) => model with
        {
            Load = model.Load is { } load ? Pin(load) : null,
            Models = model.Models.ToDictionary(part => part.Key, part => PinAll(part.Value), StringComparer.Ordinal),
        };

        FilePath Pin(FilePath file) => File.Exists(file.Full) || WrittenModels.Has(experiment, file.Written)
            || RunReference.TryFind(file.Written, RunsRoot.For(file.At.Source.Folder)) is not { } run ? file : file with { Full = run.Path };
    }

    /// <summary>What a file or a run's folder tells of its model, without weights.</summary>
    /// <exception cref="ModelFileException">The file cannot be read.</exception>
    /// <exception cref="WrongCommandException">The run cannot be read.</exception>
    internal static ModelDescription Describe(string path) => Directory.Exists(path) ? TrainedRun.Describe(new RunFolder(path)).ToDescription() : ModelFile.Describe(path);

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
