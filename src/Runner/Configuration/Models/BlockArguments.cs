using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>Fills a block's arguments into its layers: <c>$filters</c> for a whole value, <c>${filters}</c> inside text.</summary>
internal sealed partial class BlockArguments(IReadOnlyDictionary<string, Node> values, Reading reading)
{
    /// <summary>The arguments of one use of a block: its defaults, and what the use says; null when the use has a mistake.</summary>
    internal static BlockArguments? Of(string block, BlockSection section, MappingNode given, Reading reading)
    {
        var values = new Dictionary<string, Node>(section.Args, StringComparer.Ordinal);
        var good = true;
        foreach (var entry in given.Entries)
        {
            good &= section.Args.ContainsKey(entry.Name) || reading.Fail(
                entry.Key,
                $"The block '{block}' has no argument '{entry.Name}'.{NearestName.Hint(entry.Name, section.Args.Keys)}",
                section.Args.Count == 0 ? "no arguments" : $"one of {string.Join(", ", section.Args.Keys)}");
            values[entry.Name] = entry.Value;
        }

        return good ? new BlockArguments(values, reading) : null;
    }

    /// <summary>The node with every argument filled in.</summary>
    internal Node Fill(Node node) => node switch
    {
        ListNode list => new ListNode([.. list.Items.Select(Fill)], list.At),
        MappingNode mapping => new MappingNode([.. mapping.Entries.Select(entry => entry with { Value = Fill(entry.Value) })], mapping.At),
        ScalarNode { Quoted: false, Text: ['$', not '{', ..] } whole => Value(whole.Text[1..], whole) ?? whole,
        ScalarNode scalar when scalar.Text.Contains("${", StringComparison.Ordinal) => new ScalarNode(
            Inside().Replace(scalar.Text, match => (Value(match.Groups[1].Value, scalar) as ScalarNode)?.Text ?? match.Value), scalar.Quoted, scalar.At),
        _ => node,
    };

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Inside();

    private Node? Value(string name, ScalarNode at)
    {
        if (values.TryGetValue(name, out var value))
        {
            return value;
        }

        reading.Fail(
            at,
            $"The block has no argument '{name}'.{NearestName.Hint(name, values.Keys)}",
            values.Count == 0 ? "no arguments" : $"one of {string.Join(", ", values.Keys.Select(known => "$" + known))}");
        return null;
    }
}
