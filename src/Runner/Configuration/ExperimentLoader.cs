using System.Security.Cryptography;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>From a file and what the command line overrides to an experiment without a mistake.</summary>
internal static class ExperimentLoader
{
    /// <summary>Reads and checks an experiment; null when it has mistakes.</summary>
    /// <param name="file">The experiment file, as the user named it.</param>
    /// <param name="overrides">What followed each <c>--set</c>.</param>
    /// <param name="dataReading">How far to look into the data.</param>
    /// <param name="mistakes">Every mistake and every warning.</param>
    /// <param name="drawnSeed">The seed that was drawn before for a file that has none; null draws one.</param>
    /// <param name="draftOf">The folder in which the file is as good as, being a draft; null where it is no draft.</param>
    internal static CheckedExperiment? Load(string file, IReadOnlyList<string> overrides, DataReading dataReading, out Mistakes mistakes, long? drawnSeed = null, string? draftOf = null)
    {
        mistakes = new Mistakes();
        var seed = new Lazy<int>(() => (int?)drawnSeed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
        var source = ExperimentSource.Load(file, overrides, drawSeed: () => seed.Value, folder: draftOf);
        mistakes.Add(source.Errors);
        mistakes.Sources = source.Texts;
        if (source.Root is null)
        {
            return null;
        }

        var written = new WrittenExperiment(source.Root, source.Files, () => seed.Value);
        var experiment = written.Check(dataReading, dataReading == DataReading.Everything ? written.ReadSizes() : NoSizes, mistakes);
        return experiment is null ? null : experiment with { Overrides = overrides, IsDraft = draftOf is not null };
    }

    /// <summary>The same experiment once the data have told the sizes that it asked for.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="sizes">The sizes by name, such as <c>data.imdb.text.vocabulary_size</c>.</param>
    /// <exception cref="ConfigException">With these sizes it has mistakes.</exception>
    internal static CheckedExperiment Resolve(CheckedExperiment experiment, IReadOnlyDictionary<string, int> sizes)
    {
        if (experiment.AskedSizes.Count == 0)
        {
            return experiment;
        }

        var mistakes = new Mistakes();
        return experiment.Written.Check(DataReading.Nothing, sizes, mistakes) ?? throw new ConfigException([.. mistakes.Errors]);
    }

    private static IReadOnlyDictionary<string, int> NoSizes { get; } = new Dictionary<string, int>();
}
