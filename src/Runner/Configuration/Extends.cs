using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>
/// Reads a file and all it <c>extends</c>. Mappings merge; scalars and lists replace; <c>null</c> replaces too, as it is a value
/// (Keras's <c>None</c>). Where one named thing is expected, the same name merges and another replaces. Of several files the
/// later wins, and the file itself over all of them. What is merged keeps the places it came from.
/// </summary>
/// <param name="errors">Where mistakes are noted.</param>
/// <param name="folder">Where the relative paths of the first file start; null is its own folder.</param>
internal sealed class Extends(ICollection<ConfigError> errors, string? folder = null)
{
    private const int MaxChain = 20;

    private readonly Dictionary<string, MappingNode?> _read = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Name)> _chain = [];
    private readonly List<SourceFile> _files = [];

    /// <summary>All files that were read, the first one first.</summary>
    internal IReadOnlyList<SourceFile> Files => _files;

    /// <summary>The experiment in a file, with all it extends; null when part of it cannot be read.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="asked">Where the file is named; null for the command line.</param>
    internal MappingNode? Read(string name, ScalarNode? asked)
    {
        var path = Path.GetFullPath(name, asked?.At.Source.Folder ?? Environment.CurrentDirectory);
        var shown = asked is null ? name : Path.Combine(Path.GetDirectoryName(_chain[^1].Name) ?? "", name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name);
        var circle = _chain.FindIndex(file => file.Path == path);
        if (circle >= 0)
        {
            Fail(asked!.At, $"'{shown}' extends itself: {string.Join(" → ", _chain.Skip(circle).Select(file => file.Name).Append(shown))}.", "files that do not lead in a circle");
            return null;
        }

        if (_chain.Count >= MaxChain)
        {
            Fail(asked!.At, $"This is the {MaxChain}th file in a row that extends another: {_chain[0].Name} → … → {_chain[^1].Name} → {shown}.", $"at most {MaxChain} files in a row");
            return null;
        }

        if (!_read.TryGetValue(path, out var read))
        {
            _chain.Add((path, shown));
            _read[path] = read = ReadNew(shown, path, asked);
            _chain.RemoveAt(_chain.Count - 1);
        }

        return read;
    }

    private MappingNode? ReadNew(string shown, string path, ScalarNode? asked)
    {
        if (SourceFile.Read(shown, path, out var problem, out var expected) is not { } file)
        {
            Fail(asked?.At ?? SourceSpan.Whole(new SourceText(shown, Path.GetDirectoryName(path) ?? path, "")), problem, expected);
            return null;
        }

        if (asked is null && folder is not null)
        {
            file = file with { Text = new SourceText(shown, folder, file.Text.Content) };
        }

        _files.Add(file);
        var noted = errors.Count;
        var root = YamlReader.Read(file.Text, errors);
        if (root is null or ScalarNode { IsNull: true })
        {
            return errors.Count > noted ? null : Fail(SourceSpan.Whole(file.Text), $"'{shown}' is empty.", "an experiment: sections such as data, model, compile and run");
        }

        return root is MappingNode mapping ? WithExtended(mapping)
            : Fail(root.At, $"The file is {root.Kind}{(root is ScalarNode scalar && PythonHabit.HintFor(scalar.Text) is { } hint ? $", which {hint}" : "")}.", "an experiment: a mapping of sections such as data, model, compile and run");
    }

    private MappingNode? WithExtended(MappingNode own)
    {
        var extends = own["extends"];
        if (extends is null)
        {
            return own;
        }

        var rest = own.Without(new HashSet<string> { "extends" });
        var (merged, good) = ((MappingNode?)null, true);
        foreach (var item in extends is ListNode list ? list.Items : extends is ScalarNode { IsNull: true } ? [] : [extends])
        {
            if (item is not ScalarNode { IsNull: false } named)
            {
                good = item is not BrokenNode && Fail(item.At, $"extends is {item.Kind}.", "the path of a file, or a list of paths") is not null;
                continue;
            }

            if (Template.Parse(named.Text, out _) is not { Pieces: [{ IsName: false }] })
            {
                good = Fail(named.At, "Variables are filled in after 'extends', so it can have none.", "the path of a file, or a list of paths") is not null;
                continue;
            }

            if (Read(named.Text, named) is { } other)
            {
                merged = merged is null ? other : (MappingNode)Merge(merged, other, []);
            }
            else
            {
                good = false;
            }
        }

        return !good ? null : merged is null ? rest : (MappingNode)Merge(merged, rest, []);
    }

    /// <summary>One node laid over another.</summary>
    /// <param name="under">What is extended.</param>
    /// <param name="over">What is laid over it.</param>
    /// <param name="path">The names that lead to both.</param>
    internal static Node Merge(Node under, Node over, IReadOnlyList<string> path)
    {
        if (NamedThings.KindAt(path) is { } kind && NamedThings.In(over, kind) is { } thing)
        {
            return NamedThings.In(under, kind) is not { } other || !NamedThings.AreSame(kind, other.Name, thing.Name) ? over
                : thing.Value is ScalarNode { IsNull: true } ? WithOptions(thing, other.Value, over)
                : other.Value is ScalarNode { IsNull: true } ? over
                : WithOptions(thing, Merge(other.Value, thing.Value, [.. path, thing.Name]), over);
        }

        if (under is not MappingNode below || over is not MappingNode above || (NamedThings.KindAt(path) is { } due && NamedThings.In(under, due) is not null))
        {
            return over;
        }

        var entries = new List<Entry>();
        foreach (var entry in below.Entries)
        {
            var laid = above.Entries.FirstOrDefault(laid => laid.Name == entry.Name);
            entries.Add(laid is null ? entry : laid with { Value = Merge(entry.Value, laid.Value, [.. path, entry.Name]) });
        }

        entries.AddRange(above.Entries.Where(entry => below[entry.Name] is null));
        return new MappingNode(entries, above.At);
    }

    private static Node WithOptions(Entry thing, Node options, Node over) =>
        options is ScalarNode { IsNull: true } ? over : new MappingNode([new Entry(thing.Key, options)], over.At);

    private MappingNode? Fail(SourceSpan at, string problem, string expected)
    {
        errors.Add(new ConfigError(at, problem, expected));
        return null;
    }
}
