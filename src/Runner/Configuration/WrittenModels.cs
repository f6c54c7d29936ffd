using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>The files of models that a run writes itself, so that no one demands them before it begins.</summary>
internal static class WrittenModels
{
    /// <summary>The files, as they are written in the experiment.</summary>
    internal static IReadOnlySet<string> Of(Experiment experiment) =>
        experiment.Run.OfType<SaveStep>().Select(save => save.Path).ToHashSet(StringComparer.Ordinal);
}
