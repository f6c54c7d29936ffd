using System.Security.Cryptography;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>From a file and what the command line overrides to an experiment without a mistake.</summary>
internal static class ExperimentLoader
{
    /// <summary>Reads and checks an experiment; null when it has mistakes.</summary>
    /// <param name="file">The experiment file, as the user named it.</param>
    /// <param name="overrides">What followed each <c>--set</c>.</param>
    /// <param name="dataReading">How far to look into the data.</param>
    /// <param name="mistakes">Every mistake and every warning.</param>
    internal static CheckedExperiment? Load(string file, IReadOnlyList<string> overrides, DataReading dataReading, out Mistakes mistakes)
    {
        mistakes = new Mistakes();
        var seed = new Lazy<int>(() => RandomNumberGenerator.GetInt32(int.MaxValue));
        var source = ExperimentSource.Load(file, overrides, drawSeed: () => seed.Value);
        mistakes.Add(source.Errors);
        mistakes.Sources = source.Texts;
        if (source.Root is null)
        {
            return null;
        }

        Form.Of(typeof(Experiment)).TryRead(source.Root, new Reading(Dialect.Experiment, mistakes.Errors), out var read);
        if (read is not Experiment experiment)
        {
            return null;
        }

        var name = experiment.Name ?? Path.GetFileNameWithoutExtension(source.Files[0].Path);
        var model = new ExperimentChecker(experiment, source.Root, mistakes, dataReading).Check(name, experiment.Seed ?? seed.Value);
        return mistakes.Errors.Count > 0 ? null
            : new CheckedExperiment(experiment, model, name, experiment.Seed ?? seed.Value, source.Files, source.Root);
    }
}
