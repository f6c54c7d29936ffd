using System.Globalization;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Runner.Configuration.Yaml;

namespace ExperimentRunner.Runner.Configuration;

/// <summary>
/// Fills in <c>$seed</c>, <c>$vars.name</c> and <c>$env.NAME</c>. What data tell (<c>$data.…</c>), and the arguments of blocks in
/// their layers, are left for whoever knows them, marked as <see cref="ScalarNode.Unfilled"/>.
/// </summary>
/// <param name="root">The experiment, with all it extends and overrides.</param>
/// <param name="environment">The value of an environment variable, or null when it is not set.</param>
/// <param name="drawSeed">Draws a seed when the file has none and a value asks for it.</param>
/// <param name="errors">Where mistakes are noted.</param>
internal sealed class Variables(MappingNode root, Func<string, string?> environment, Func<int> drawSeed, ICollection<ConfigError> errors)
{
    private const int MaxChain = 50;
    private const int MaxDepth = 2 * YamlReader.MaxDepth;
    private const int MaxText = 10_000_000;
    private const string Known = "$seed, $vars.name, $env.NAME or $data.…; $$ for a dollar";

    private readonly Dictionary<(Node Node, bool InBlock), Node> _filled = [];
    private readonly List<(Node Node, string Name)> _filling = [];
    private readonly List<string> _path = [];
    private MappingNode _root = root;
    private int _depth;
    private long _written;

    private string Path => NodePath.Join(_path);

    /// <summary>Whether this is among the layers of a block, where <c>$filters</c> is an argument.</summary>
    private bool InBlock
    {
        get
        {
            for (var i = 0; i + 2 < _path.Count; i++)
            {
                if (_path[i] == "blocks" && _path[i + 2] == "layers")
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The experiment with every variable filled in.</summary>
    internal MappingNode Fill()
    {
        var filled = (MappingNode)Fill(_root);
        return _root["seed"] is { } seed && (filled["seed"] is null or ScalarNode { IsNull: true })
            ? new MappingNode([.. filled.Entries.Where(entry => entry.Name != "seed"), new Entry(new ScalarNode("seed", quoted: false, seed.At), seed)], filled.At)
            : filled;
    }

    private Node Fill(Node node)
    {
        var key = (node, InBlock);
        if (_filled.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_depth >= MaxDepth)
        {
            return Broken(node.At, $"With its variables filled in, this nests deeper than {MaxDepth} levels.", "less depth");
        }

        _depth++;
        var filled = node switch
        {
            MappingNode mapping => FillMapping(mapping),
            ListNode list => FillList(list),
            ScalarNode scalar when scalar.Text.Contains('$', StringComparison.Ordinal) => FillScalar(scalar, key.InBlock),
            _ => node,
        };
        _depth--;
        _filled[key] = filled;
        _filled[(filled, key.InBlock)] = filled;
        return filled;
    }

    private MappingNode FillMapping(MappingNode mapping)
    {
        var entries = new List<Entry>(mapping.Entries.Count);
        foreach (var entry in mapping.Entries)
        {
            _path.Add(entry.Name);
            if (entry.Name.Contains("${", StringComparison.Ordinal) || Template.Parse(entry.Name, out _) is { IsWhole: true })
            {
                Note(entry.Key.At, $"'{entry.Name}' is a name, and variables stand for values only.", "a name without a dollar");
            }

            entries.Add(entry with { Value = Fill(entry.Value) });
            _path.RemoveAt(_path.Count - 1);
        }

        return new MappingNode(entries, mapping.At);
    }

    private ListNode FillList(ListNode list)
    {
        var items = new List<Node>(list.Items.Count);
        for (var i = 0; i < list.Items.Count; i++)
        {
            _path.Add($"[{i}]");
            items.Add(Fill(list.Items[i]));
            _path.RemoveAt(_path.Count - 1);
        }

        return new ListNode(items, list.At);
    }

    private Node FillScalar(ScalarNode scalar, bool inBlock)
    {
        if (Template.Parse(scalar.Text, out var problem) is not { } template)
        {
            return Broken(scalar.At, problem, "${name}, or $$ for a dollar");
        }

        if (!inBlock && template.Names.FirstOrDefault(name => !IsOurs(name) && !name.StartsWith("data.", StringComparison.Ordinal)) is { } unknown)
        {
            return Unknown(scalar, unknown);
        }

        var filled = template.Fill(
            scalar,
            name => IsOurs(name) ? Find(name, scalar) ?? new BrokenNode(scalar.At) : null,
            told => Broken(scalar.At, told, "a variable that is text or a number"));
        return (_written += filled is ScalarNode { Text.Length: var length } ? length : 0) <= MaxText ? filled
            : Broken(scalar.At, $"Filled in, the texts hold more than {MaxText} characters.", "shorter texts");
    }

    /// <summary>What a name stands for; null when nothing, which is then told.</summary>
    private Node? Find(string name, ScalarNode use)
    {
        if (NodePath.Parse(name, out _, out _) is not { } path)
        {
            Unknown(use, name);
            return null;
        }

        return path.Steps switch
        {
            [{ Text: "seed" }] => FindSeed(use),
            [{ Text: "env" }, { Index: null } variable] => FindInEnvironment(variable.Text, use),
            [{ Text: "vars" }, _, ..] => FindVariable(name, path, use),
            _ => Tell(use, $"There is no variable '{name}'.", Known),
        };
    }

    private Node? FindSeed(ScalarNode use)
    {
        if (_root["seed"] is null or ScalarNode { IsNull: true })
        {
            var seed = new Entry(
                new ScalarNode("seed", quoted: false, use.At),
                new ScalarNode(drawSeed().ToString(CultureInfo.InvariantCulture), quoted: false, use.At));
            _root = new MappingNode([.. _root.Entries.Where(entry => entry.Name != "seed"), seed], _root.At);
        }

        return FillNamed(_root["seed"]!, "seed", use);
    }

    private ScalarNode? FindInEnvironment(string name, ScalarNode use)
    {
        if (environment(name) is { } value)
        {
            return new ScalarNode(value, quoted: false, use.At) { Written = "$env." + name };
        }

        Tell(use, $"The environment variable '{name}' is not set.", $"a value for {name}, given before the command");
        return null;
    }

    private Node? FindVariable(string name, NodePath path, ScalarNode use)
    {
        var node = _root["vars"];
        if (node is null)
        {
            return Tell(use, $"There is no variable '{name}', as the file has no 'vars'.", "a section vars: with the variable");
        }

        for (var i = 1; i < path.Steps.Count; i++)
        {
            if (node is ScalarNode && FillNamed(node, path.Upto(i), use) is var inner)
            {
                node = inner;
            }

            if (node is null or BrokenNode)
            {
                return node;
            }

            var step = path.Steps[i];
            if (step.From(node) is not { } found)
            {
                var names = node is MappingNode mapping ? mapping.Entries.Select(entry => entry.Name).ToList() : [];
                var nearest = NearestName.Of(step.Text, names);
                var known = names.Select(known => $"${path.Upto(i)}.{known}").ToList();
                return Tell(
                    use,
                    $"There is no variable '{path.Upto(i + 1)}'." + (nearest is null ? "" : $" Did you mean '{path.Upto(i)}.{nearest}'?"),
                    node switch
                    {
                        ListNode { Items.Count: var count } => $"an item from [0] to [{count - 1}]",
                        _ when known.Count == 0 => $"a value, as '{path.Upto(i)}' is {node.Kind}",
                        _ => known.Count == 1 ? known[0] : $"one of {string.Join(", ", known)}",
                    });
            }

            node = found;
        }

        return node is null ? null : FillNamed(node, name, use);
    }

    /// <summary>Fills in what a variable stands for, unless that is being done already: then it stands for itself.</summary>
    private Node? FillNamed(Node node, string name, ScalarNode use)
    {
        var circle = _filling.FindIndex(one => ReferenceEquals(one.Node, node));
        if (circle >= 0)
        {
            return Tell(use, $"'{name}' stands for itself: {string.Join(" → ", _filling.Skip(circle).Select(one => one.Name).Append(name))}.", "a variable that leads to a value");
        }

        if (_filling.Count >= MaxChain)
        {
            return Tell(use, $"'{name}' is reached through more than {MaxChain} variables.", "a shorter way");
        }

        _filling.Add((node, name));
        var filled = Fill(node);
        _filling.RemoveAt(_filling.Count - 1);
        return filled;
    }

    private BrokenNode Unknown(ScalarNode use, string name)
    {
        var first = name.Split('.', '[')[0];
        var nearest = NearestName.Of(first, ["seed", "vars", "env", "data"])
            ?? (_root["vars"] is MappingNode vars && vars.Entries.Any(entry => entry.Name == first) ? "vars." + first : null);
        return Broken(use.At, $"There is no variable '${name}'." + (nearest is null ? "" : $" Did you mean '${(nearest.StartsWith("vars.", StringComparison.Ordinal) ? "vars." + name : nearest + name[first.Length..])}'?"), Known);
    }

    private Node? Tell(ScalarNode use, string problem, string expected)
    {
        Note(use.At, problem, expected);
        return null;
    }

    private BrokenNode Broken(SourceSpan at, string problem, string expected)
    {
        Note(at, problem, expected);
        return new BrokenNode(at);
    }

    private void Note(SourceSpan at, string problem, string expected) => errors.Add(new ConfigError(at, problem, expected, Path));

    private static bool IsOurs(string name) => name.Split('.', '[')[0] is "seed" or "vars" or "env";
}
