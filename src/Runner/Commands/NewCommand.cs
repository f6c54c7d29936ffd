using System.CommandLine;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Reporting;
using ExperimentRunner.Runner.Runs;

namespace ExperimentRunner.Runner.Commands;

/// <summary><c>runner new NAME</c>: an experiment file to start from: a bundled one, another file, or what a run was made from.</summary>
internal static partial class NewCommand
{
    private const string Usual = "start";
    private const string Prefix = "templates/";

    internal static Command Make(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "The experiment's name, or the path of the file to make." };
        var from = new Option<string?>("--from") { Description = $"What to start from: {string.Join(", ", Bundled.Where(one => one != Usual))}, a file, or a run.", HelpName = "NAME|FILE|RUN" };
        var runs = AskingOptions.Runs();
        var command = new Command("new", "Write an experiment file to start from.") { name, from, runs };
        command.SetAction(parsed =>
        {
            var path = PathOf(parsed.GetRequiredValue(name));
            var text = TextOf(parsed.GetValue(from) ?? Usual, ExperimentOptions.RootOf(parsed.GetValue(runs)));
            if (Path.Exists(path))
            {
                throw new WrongCommandException($"'{Printable.Line(path)}' is there already.");
            }

            File.WriteAllText(path, Renamed(text, Path.GetFileNameWithoutExtension(path), path));
            var shown = Printable.Line(Path.GetRelativePath(Environment.CurrentDirectory, path));
            terminal.Print(shown);
            terminal.Say($"Try it: runner validate {shown}, then runner run {shown}");
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The names of the experiments that come with the program.</summary>
    internal static IEnumerable<string> Bundled => typeof(NewCommand).Assembly.GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal)).Select(resource => Path.GetFileNameWithoutExtension(resource[Prefix.Length..])).Order(StringComparer.Ordinal);

    private static string PathOf(string name)
    {
        var path = Path.GetFullPath(name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal) ? name : name + ".yaml");
        return !Name().IsMatch(Path.GetFileNameWithoutExtension(path)) ? throw new WrongCommandException($"'{Printable.Line(name)}' cannot be a name: letters, digits, '-', '_' and '.', beginning with a letter or digit.")
            : !Directory.Exists(Path.GetDirectoryName(path)) ? throw new WrongCommandException($"There is no folder '{Printable.Line(Path.GetDirectoryName(path)!)}'.")
            : path;
    }

    private static string TextOf(string from, string root)
    {
        if (typeof(NewCommand).Assembly.GetManifestResourceStream($"{Prefix}{from}.yaml") is { } resource)
        {
            using var reader = new StreamReader(resource);
            return reader.ReadToEnd();
        }

        if (File.Exists(from))
        {
            return File.ReadAllText(from);
        }

        if (RunReference.TryFind(from, root) is { } run)
        {
            var extends = Directory.Exists(run.InFolder("sources")); // what it extends does not lie beside the new file
            return File.ReadAllText(extends || !File.Exists(run.ExperimentFile) ? run.ResolvedFile : run.ExperimentFile);
        }

        throw new WrongCommandException($"There is no experiment, file or run '{Printable.Line(from)}' to start from.{NearestName.Hint(from, Bundled)}");
    }

    /// <summary>The text under another name, told where the schema is.</summary>
    private static string Renamed(string text, string name, string path)
    {
        var named = NameLine().IsMatch(text) ? NameLine().Replace(text, $"name: {name}", 1) : text;
        if (named.Contains("yaml-language-server", StringComparison.Ordinal) || SchemaFor(path) is not { } schema)
        {
            return SchemaLine().Replace(named, SchemaFor(path) is { } other ? $"# yaml-language-server: $$schema={other}" : "", 1).TrimStart('\n');
        }

        return $"# yaml-language-server: $schema={schema}\n{named}";
    }

    /// <summary>The way from a file to the schema in a folder above it; null where there is none.</summary>
    private static string? SchemaFor(string path)
    {
        for (var folder = new DirectoryInfo(Path.GetDirectoryName(path)!); folder is not null; folder = folder.Parent)
        {
            var schema = Path.Combine(folder.FullName, "schema", "experiment.schema.json");
            if (File.Exists(schema))
            {
                return Path.GetRelativePath(Path.GetDirectoryName(path)!, schema).Replace('\\', '/');
            }
        }

        return null;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex Name();

    [GeneratedRegex("^name:[^#\r\n]*?(?=[ \t]*(#|\r?$))", RegexOptions.Multiline)]
    private static partial Regex NameLine();

    [GeneratedRegex("^# yaml-language-server:.*$", RegexOptions.Multiline)]
    private static partial Regex SchemaLine();
}
