using System.CommandLine;
using System.CommandLine.Completions;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Sections;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary>What a shell suggests while a command is typed: runs, experiment files, and paths for <c>--set</c>.</summary>
internal static class Suggestions
{
    private const int Most = 200;

    /// <summary>Lets every command suggest.</summary>
    internal static void AddTo(Command root)
    {
        foreach (var command in root.Subcommands)
        {
            foreach (var argument in command.Arguments)
            {
                argument.HelpName ??= argument.Name; // else help would show what is suggested
                if (argument.Name.Contains("RUN", StringComparison.Ordinal))
                {
                    argument.CompletionSources.Add(context => Runs(context, removed: command.Name == "restore"));
                }

                if (argument.Name is "FILE" || argument.Name.Contains("MODEL", StringComparison.Ordinal))
                {
                    var isModel = argument.Name != "FILE";
                    argument.CompletionSources.Add(context => Files(context.WordToComplete, isModel ? [".keras", ".h5"] : [".yaml", ".yml"]));
                }
            }

            foreach (var set in command.Options.Where(option => option.Name == "--set"))
            {
                set.CompletionSources.Add(Paths);
            }
        }
    }

    private static IEnumerable<CompletionItem> Runs(CompletionContext context, bool removed)
    {
        var said = context.ParseResult.Tokens.Select(token => token.Value).ToList();
        var root = ExperimentOptions.RootOf(said.IndexOf("--runs") is >= 0 and var at && at + 1 < said.Count ? said[at + 1] : null);
        var runs = removed ? new Trash(root).Runs : RunFolders.In(root);
        return Starting(runs.Select(run => run.Name).Distinct().Concat(runs.Select(run => $"{run.Name}/{run.Id}")), context.WordToComplete);
    }

    private static IEnumerable<CompletionItem> Files(string word, string[] endings)
    {
        var folder = Path.GetDirectoryName(word) ?? "";
        try
        {
            var entries = new DirectoryInfo(Path.GetFullPath(folder.Length == 0 ? "." : folder)).EnumerateFileSystemInfos()
                .Where(entry => !entry.Name.StartsWith('.') && (entry is DirectoryInfo || endings.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase)))
                .Select(entry => Path.Combine(folder, entry.Name) + (entry is DirectoryInfo ? "/" : ""));
            return Starting(entries.Order(StringComparer.Ordinal), word);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    /// <summary>Every path of the experiment that is named before, defaults included.</summary>
    private static IEnumerable<CompletionItem> Paths(CompletionContext context)
    {
        var file = context.ParseResult.Tokens.Select(token => token.Value).FirstOrDefault(word => (word.EndsWith(".yaml", StringComparison.Ordinal) || word.EndsWith(".yml", StringComparison.Ordinal)) && File.Exists(word));
        return file is null ? [] : Starting(PathsIn(file).Select(path => path + "="), context.WordToComplete);
    }

    /// <summary>The paths in an experiment file as <c>--set</c> takes them: with the names of things in them.</summary>
    internal static IEnumerable<string> PathsIn(string file)
    {
        if (ExperimentSource.Load(file).Root is not { } root)
        {
            return [];
        }

        Form.Of(typeof(Experiment)).TryRead(root, new Reading(Dialect.Experiment, []), out var read);
        var settings = FlatSettings.Of(read is Experiment experiment ? Form.Of(typeof(Experiment)).Write(experiment, root, Dialect.Experiment) : root).All;
        var things = new Dictionary<string, string>(StringComparer.Ordinal);
        var paths = new List<string>();
        foreach (var setting in settings)
        {
            var written = Written(setting.Path);
            paths.Add(written);
            if (setting.IsThing)
            {
                things[setting.Path] = $"{written}.{setting.Value}";
            }
        }

        return paths;

        string Written(string path)
        {
            for (var end = path.LastIndexOf('.'); end > 0; end = path.LastIndexOf('.', end - 1))
            {
                if (things.TryGetValue(path[..end], out var thing))
                {
                    return thing + path[end..];
                }
            }

            return path;
        }
    }

    private static IEnumerable<CompletionItem> Starting(IEnumerable<string> words, string start) =>
        words.Where(word => word.StartsWith(start, StringComparison.Ordinal) && !word.Any(char.IsControl)).Take(Most).Select(word => new CompletionItem(word));
}
