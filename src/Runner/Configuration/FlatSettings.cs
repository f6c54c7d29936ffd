using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>
/// An experiment as a flat list of paths and values. A thing with options is the value of its place, and its options follow:
/// <c>compile.optimizer</c> is <c>Adam</c> and <c>compile.optimizer.learning_rate</c> is <c>0.001</c>.
/// </summary>
internal sealed class FlatSettings
{
    private static readonly string[][] NamedByUsers = [["data"], ["input_fns"], ["vars"], ["model", "inputs"], ["model", "models"], ["model", "blocks"]];

    private readonly List<Setting> _all = [];

    private FlatSettings()
    {
    }

    /// <summary>No settings.</summary>
    internal static FlatSettings None { get; } = new();

    /// <summary>The settings in the order of the file.</summary>
    internal IReadOnlyList<Setting> All => _all;

    /// <summary>The settings in a tree of nodes.</summary>
    internal static FlatSettings Of(Node root)
    {
        var settings = new FlatSettings();
        settings.Walk(root, [], "");
        return settings;
    }

    /// <summary>The settings in an experiment file; <see cref="None"/> where it cannot be read.</summary>
    internal static FlatSettings Read(string path) =>
        SourceFile.Read(Path.GetFileName(path), path, out _, out _) is { } file && YamlReader.Read(file.Text, []) is { } root ? Of(root) : None;

    /// <summary>Settings that were kept.</summary>
    internal static FlatSettings From(IEnumerable<Setting> all)
    {
        var settings = new FlatSettings();
        settings._all.AddRange(all);
        return settings;
    }

    /// <summary>
    /// The settings that a name may mean: the one of that path, or all whose path ends with it (<c>learning_rate</c>). A thing's own
    /// name may stand in the path (<c>compile.optimizer.Adam.learning_rate</c>).
    /// </summary>
    internal IEnumerable<Setting> Find(string name)
    {
        var namesThing = name.Any(char.IsAsciiLetterUpper);
        var exact = _all.Where(setting => setting.Path == name || (namesThing && WithThing(setting) == name)).ToList();
        return exact.Count > 0 ? exact : _all.Where(setting =>
            setting.Path.Length > name.Length && setting.Path.EndsWith(name, StringComparison.Ordinal) && setting.Path[setting.Path.Length - name.Length - 1] == '.');
    }

    private string? WithThing(Setting setting)
    {
        var dot = setting.Path.LastIndexOf('.');
        return dot < 0 ? null : _all.FirstOrDefault(thing => thing.IsThing && thing.Path.Length == dot && setting.Path.StartsWith(thing.Path, StringComparison.Ordinal)) is { } owner
            ? $"{owner.Path}.{owner.Value}{setting.Path[dot..]}"
            : null;
    }

    private void Walk(Node node, IReadOnlyList<string> names, string path)
    {
        if (ThingAt(node, names) is { } thing)
        {
            _all.Add(new Setting(path, thing.Name, IsThing: true) { At = thing.Key.At == SourceSpan.Nowhere ? node.At : thing.Key.At });
            WalkOptions(thing.Value, [.. names, thing.Name], path);
            return;
        }

        switch (node)
        {
            case MappingNode { Entries.Count: > 0 } mapping:
                WalkOptions(mapping, names, path);
                break;
            case ListNode list when list.Items.Any(item => item is not ScalarNode) || (list.Items.Count > 0 && NamedThings.AreItemsOf(names)):
                for (var i = 0; i < list.Items.Count; i++)
                {
                    Walk(list.Items[i], [.. names, "[]"], $"{path}[{i}]");
                }

                break;
            default:
                _all.Add(new Setting(path, TextOf(node), IsThing: false) { At = node.At });
                break;
        }
    }

    private void WalkOptions(Node options, IReadOnlyList<string> names, string path)
    {
        foreach (var entry in options is MappingNode mapping ? mapping.Entries : [])
        {
            Walk(entry.Value, [.. names, entry.Name], path.Length == 0 ? entry.Name : $"{path}.{entry.Name}");
        }
    }

    /// <summary>The name and options of a thing: where one is due, or what is written as one.</summary>
    private static Entry? ThingAt(Node node, IReadOnlyList<string> names)
    {
        var isItem = names is [.., "[]"] && NamedThings.AreItemsOf([.. names.SkipLast(1)]);
        return node switch
        {
            ScalarNode { IsNull: false } name when isItem => new Entry(name, new ScalarNode("", quoted: false, name.At)),
            MappingNode { Entries: [var only] } when isItem || (NamedThings.KindAt(names) is { } kind && NamedThings.In(node, kind) is not null) => only,
            MappingNode { Entries: [{ Value: MappingNode or ScalarNode { IsNull: true } } only] } when char.IsAsciiLetterUpper(only.Name.FirstOrDefault())
                && !Array.Exists(NamedByUsers, place => place.SequenceEqual(names)) => only,
            _ => null,
        };
    }

    private static string TextOf(Node node) => node switch
    {
        ScalarNode { IsNull: true } => "null",
        ScalarNode scalar => scalar.Text,
        ListNode list => $"[{string.Join(", ", list.Items.Select(TextOf))}]",
        MappingNode { Entries.Count: 0 } => "{}",
        _ => node.Kind,
    };
}

/// <summary>One value of an experiment.</summary>
/// <param name="Path">The way to it: <c>model.layers[2].pool_size</c>.</param>
/// <param name="Value">The value as people write it.</param>
/// <param name="IsThing">Whether it is the name of a thing, whose options follow.</param>
internal sealed record Setting(string Path, string Value, bool IsThing)
{
    /// <summary>Where it was written.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public SourceSpan At { get; init; } = SourceSpan.Nowhere;
}
