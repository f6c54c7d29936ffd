using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>The files of models that a run writes itself, so that no one demands them before it begins.</summary>
internal static partial class WrittenModels
{
    /// <summary>Whether a step or a callback writes the file of this name, as it is written in the experiment.</summary>
    internal static bool Has(Experiment experiment, string file) =>
        experiment.Run.OfType<SaveStep>().Any(save => save.Path == file)
        || experiment.Run.SelectMany(step => TrainingSteps.CallbacksOf(step, experiment)).OfType<ModelCheckpoint>().Any(checkpoint => IsOf(checkpoint.Filepath, file));

    /// <summary>Whether a template such as <c>w_{epoch:02d}.keras</c> may become a name.</summary>
    private static bool IsOf(string template, string file) =>
        Regex.IsMatch(file, $"^{Field().Replace(Regex.Escape(template).Replace("}", "\\}", StringComparison.Ordinal), ".+")}$", RegexOptions.NonBacktracking);

    [GeneratedRegex(@"\\\{[^}]*\}")]
    private static partial Regex Field();
}
