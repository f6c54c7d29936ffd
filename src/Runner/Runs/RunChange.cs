using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Tells whether an experiment was changed since its run began, and how: a run only goes on as what it was.</summary>
internal static class RunChange
{
    private const int MostShown = 20;

    /// <summary>What was changed, in lines for people; none when nothing was.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="experiment">The experiment as the folder has it.</param>
    /// <param name="checkpointed">The experiment as the run had it; null where the run kept nothing yet.</param>
    /// <param name="origin">Where the experiment was read from; null when that is not known.</param>
    internal static string[] Find(RunFolder folder, CheckedExperiment experiment, string? checkpointed, RunOrigin? origin)
    {
        var resolved = File.ReadAllText(folder.ResolvedFile);
        if (checkpointed is not null && checkpointed != resolved)
        {
            return Told(folder.ResolvedFile, SettingsOf(checkpointed), SettingsOf(resolved));
        }

        if (origin is null)
        {
            return [];
        }

        var written = File.ReadAllText(folder.ExperimentFile);
        var original = origin.DraftOf is null && File.Exists(origin.File) ? File.ReadAllText(origin.File) : null;
        if (RunOrigin.DigestOf(written) != origin.Digest)
        {
            return original is not null && RunOrigin.DigestOf(original) == origin.Digest
                ? Told(folder.ExperimentFile, SettingsOf(original), SettingsOf(written))
                : [$"{folder.ExperimentFile} was changed since the run began."];
        }

        if (original is null)
        {
            return [];
        }

        var now = ExperimentLoader.Load(origin.File, origin.Set, DataReading.Nothing, out _, experiment.Seed);
        var text = now?.ToYaml();
        return text == resolved ? []
            : text is null ? Told(origin.File, SettingsOf(written), SettingsOf(original))
            : Told(origin.File, SettingsOf(resolved), SettingsOf(text));
    }

    private static string[] Told(string file, FlatSettings before, FlatSettings after)
    {
        var (old, now) = (Texts(before), Texts(after));
        var lines = old.Keys.Union(now.Keys)
            .Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path))
            .Select(path => (old.TryGetValue(path, out var was), now.TryGetValue(path, out var value)) switch
            {
                (true, true) => $"  {path}: {was} is {value} now",
                (true, false) => $"  {path}: {was} is gone",
                _ => $"  {path}: {value} is new",
            }).ToList();
        IEnumerable<string> shown = lines.Count > MostShown ? [.. lines.Take(MostShown), $"  … and {lines.Count - MostShown} more"] : lines;
        return [$"{file} was changed since the run began:", .. shown];
    }

    private static OrderedDictionary<string, string> Texts(FlatSettings settings)
    {
        var texts = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings.All)
        {
            texts.TryAdd(setting.Path, setting.Value);
        }

        return texts;
    }

    private static FlatSettings SettingsOf(string text) => YamlReader.Read(new SourceText("", "", text), []) is { } root ? FlatSettings.Of(root) : FlatSettings.None;
}
