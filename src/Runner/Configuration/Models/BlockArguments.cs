using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration.Models;

/// <summary>Fills a block's arguments into its layers: <c>$filters</c> for a whole value, <c>${filters}</c> inside text.</summary>
internal sealed class BlockArguments(IReadOnlyDictionary<string, Node> values, Reading reading)
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
        ScalarNode { Unfilled: true } scalar => Fill(scalar, Template.Parse(scalar.Text, out _)!),
        _ => node,
    };

    private Node Fill(ScalarNode scalar, Template template)
    {
        return template.IsWhole && values.TryGetValue(template.Pieces[0].Text, out var whole) ? whole : template.Fill(scalar, Find, Refuse);

        Node? Find(string name) => name.StartsWith("data.", StringComparison.Ordinal) ? null
            : values.TryGetValue(name, out var value) ? value
            : Refuse($"The block has no argument '{name}'.{NearestName.Hint(name, values.Keys)}");

        BrokenNode Refuse(string problem)
        {
            reading.Fail(scalar, problem, values.Count == 0 ? "no arguments" : $"one of {string.Join(", ", values.Keys.Select(known => "$" + known))}");
            return new BrokenNode(scalar.At);
        }
    }
}
