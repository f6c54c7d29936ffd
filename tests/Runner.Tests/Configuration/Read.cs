using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Tests.Configuration;

/// <summary>Short ways to read in tests, and to see what was read.</summary>
internal static class Read
{
    /// <summary>Reads a text that has no mistake.</summary>
    public static Node Yaml(string text)
    {
        var errors = new List<ConfigError>();
        var node = YamlReader.Read(new SourceText("test.yaml", "/", text), errors);
        Assert.Empty(errors);
        return node!;
    }

    /// <summary>Reads a text with mistakes: each as <c>line:column: problem</c>.</summary>
    public static string[] Mistakes(string text)
    {
        var errors = new List<ConfigError>();
        YamlReader.Read(new SourceText("test.yaml", "/", text), errors);
        return [.. errors.Select(error => $"{error.At.Line}:{error.At.Column}: {error.Problem}")];
    }

    /// <summary>An experiment in files of a folder; the first is the one that is run.</summary>
    public static ExperimentSource Files(TempFolder folder, (string Name, string Text)[] files, string[]? set = null, Func<string, string?>? environment = null)
    {
        foreach (var (name, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.Of(name))!);
            File.WriteAllText(folder.Of(name), text);
        }

        return ExperimentSource.Load(folder.Of(files[0].Name), set, environment ?? (_ => null), () => 7);
    }

    /// <summary>An experiment of one file without mistakes, as <see cref="Text(Node)"/>.</summary>
    public static string Experiment(string text, string[]? set = null, Func<string, string?>? environment = null)
    {
        using var folder = new TempFolder();
        var source = Files(folder, [("e.yaml", text)], set, environment);
        Assert.Empty(source.Errors);
        return Text(source.Root!);
    }

    /// <summary>The mistakes of an experiment of one file: each as <c>line:column: problem</c>, with <c>--set:</c> before those of an argument.</summary>
    public static string[] ExperimentMistakes(string text, string[]? set = null, Func<string, string?>? environment = null)
    {
        using var folder = new TempFolder();
        return [.. Files(folder, [("e.yaml", text)], set, environment).Errors.Select(error =>
            $"{(error.At.Source.Name == "--set" ? "--set:" : "")}{error.At.Line}:{error.At.Column}: {error.Problem}")];
    }

    /// <summary>A node on one line: quoted text in double quotes, all else as it stands.</summary>
    public static string Text(Node node) => node switch
    {
        ScalarNode scalar => scalar.Quoted ? $"\"{scalar.Text}\"" : scalar.Text,
        ListNode list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        MappingNode mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{Text(entry.Key)}: {Text(entry.Value)}"))}}}",
        _ => node.Kind,
    };
}
