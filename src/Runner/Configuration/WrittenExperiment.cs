using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using ExperimentRunner.Runner.Configuration.Models;
using ExperimentRunner.Runner.Configuration.Sections;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>An experiment as it was written, all it extends merged, and every variable filled in but those that data tell.</summary>
/// <remarks>
/// While the data are not read, sizes that only they tell are assumed: once small, once large. What is the same both times does not
/// depend on the data, so it can be told: mistakes, shapes, numbers of weights.
/// </remarks>
/// <param name="root">The file.</param>
/// <param name="files">The files it was read from, the experiment file first.</param>
/// <param name="drawSeed">Draws a seed when the file has none.</param>
internal sealed class WrittenExperiment(MappingNode root, IReadOnlyList<SourceFile> files, Func<long> drawSeed)
{
    private const int Small = 5040; // a number that most others divide, and twice it
    private const int Large = 2 * Small;

    /// <summary>Reads and checks it; null when it has mistakes.</summary>
    /// <param name="dataReading">How far to look into the data.</param>
    /// <param name="sizes">What the data have told.</param>
    /// <param name="mistakes">Where mistakes are told.</param>
    internal CheckedExperiment? Check(DataReading dataReading, IReadOnlyDictionary<string, int> sizes, Mistakes mistakes)
    {
        var small = Assume(Small, dataReading, sizes);
        var large = small.Assumes ? Assume(Large, dataReading == DataReading.Everything ? DataReading.Headers : dataReading, sizes) : small;
        var both = large.Mistakes.Errors.Select(Text).ToHashSet(StringComparer.Ordinal);
        mistakes.Add(small.Mistakes.Errors.Where(error => both.Contains(Text(error))));
        mistakes.AddWarnings(small.Mistakes.Warnings);
        return mistakes.Errors.Count > 0 || small.Experiment is not { } experiment ? null
            : new CheckedExperiment(experiment, small.Model, small.Name, small.Seed, files, small.Root)
            {
                Written = this,
                AskedSizes = [.. small.Sizes.Asked],
                OtherModel = small.Assumes ? large.Model : null,
            };
    }

    /// <summary>Reads the data whose sizes the experiment asks for. What cannot be read tells nothing.</summary>
    internal IReadOnlyDictionary<string, int> ReadSizes()
    {
        var assumed = Assume(Small, DataReading.Nothing, new Dictionary<string, int>());
        var told = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var set in assumed.Sizes.Asked.GroupBy(name => DataSizes.Parts(name).Dataset))
        {
            if (assumed.Experiment?.Data.TryGetValue(set.Key, out var source) is not true)
            {
                continue;
            }

            try
            {
                TorchNative.EnsureLoaded();
                using var data = DatasetLoader.Load(set.Key, source!, new RandomKey((ulong)assumed.Seed));
                foreach (var name in set)
                {
                    told[name] = SizeOf(data, DataSizes.Parts(name).Column);
                }
            }
            catch (DataException)
            {
                // told where the data are checked
            }
        }

        return told;
    }

    /// <summary>The size of the vocabulary that a column has learned.</summary>
    internal static int SizeOf(Dataset data, string column) =>
        data.Splits.Values.Where(columns => columns.ContainsKey(column)).SelectMany(columns => columns[column].Layers).OfType<IHasVocabulary>().Last().Size!.Value;

    private static string Text(ConfigError error) => $"{error.Path} {error}";

    private Assumption Assume(int size, DataReading dataReading, IReadOnlyDictionary<string, int> known)
    {
        var mistakes = new Mistakes();
        var sizes = new DataSizes(root, known, size, mistakes.Errors);
        var filled = sizes.Fill();
        Form.Of(typeof(Experiment)).TryRead(filled, new Reading(Dialect.Experiment, mistakes.Errors), out var read);
        if (read is not Experiment written)
        {
            return new Assumption(null, null, "", 0, filled, sizes, mistakes, sizes.Asked.Count > 0);
        }

        var experiment = ModelPlaces.Pinned(written);
        var (name, seed) = (experiment.Name ?? Path.GetFileNameWithoutExtension(files[0].Path), experiment.Seed ?? drawSeed());
        var checker = new ExperimentChecker(experiment, filled, mistakes, dataReading, size);
        var model = checker.Check(name, seed);
        return new Assumption(experiment, model, name, seed, filled, sizes, mistakes, checker.Assumes || sizes.Asked.Any(asked => !known.ContainsKey(asked)));
    }

    /// <summary>What an experiment is if a size is assumed.</summary>
    private sealed record Assumption(
        Experiment? Experiment, ModelDefinition? Model, string Name, long Seed, MappingNode Root, DataSizes Sizes, Mistakes Mistakes, bool Assumes);
}
