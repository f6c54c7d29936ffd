using System.Globalization;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>A piece of a definition as it was written, with its place: what YAML and JSON have in common.</summary>
public abstract class Node(SourceSpan at)
{
    /// <summary>Where it was written.</summary>
    public SourceSpan At { get; } = at;

    /// <summary>What people would call it in a message: <c>text 'abc'</c>, <c>a list</c>, <c>a mapping</c>.</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value, kept as text until its place says what it should be.</summary>
/// <param name="text">The value as written, quotes and escapes undone.</param>
/// <param name="quoted">Whether it stood in quotes (or as a block of text), so that it can only be text.</param>
/// <param name="at">Where it was written.</param>
public sealed class ScalarNode(string text, bool quoted, SourceSpan at) : Node(at)
{
    /// <summary>The value as written, quotes and escapes undone.</summary>
    public string Text { get; } = text;

    /// <summary>Whether it can only be text.</summary>
    public bool Quoted { get; } = quoted;

    /// <summary>What stood in the file before a variable was filled in, when that must survive into a copy of the file.</summary>
    public string? Written { get; init; }

    /// <summary>Whether the text still holds names such as <c>$filters</c> for a later reader to fill in, and <c>$$</c> for a dollar.</summary>
    public bool Unfilled { get; init; }

    /// <summary>Whether this is YAML's null: nothing, <c>~</c> or <c>null</c>, unquoted.</summary>
    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <inheritdoc/>
    public override string Kind => IsNull ? "null"
        : Quoted ? $"text '{Short}'"
        : double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? $"the number {Text}"
        : Text is "true" or "false" ? Text
        : $"'{Short}'";

    private string Short => Text.Length <= 60 ? Text : Text[..57] + "...";
}

/// <summary>Several values in order.</summary>
/// <param name="items">The values.</param>
/// <param name="at">Where the list begins.</param>
public sealed class ListNode(IReadOnlyList<Node> items, SourceSpan at) : Node(at)
{
    /// <summary>The values.</summary>
    public IReadOnlyList<Node> Items { get; } = items;

    /// <inheritdoc/>
    public override string Kind => "a list";
}

/// <summary>Values by name, in the order they were written.</summary>
/// <param name="entries">Names and values.</param>
/// <param name="at">Where the mapping begins.</param>
public sealed class MappingNode(IReadOnlyList<Entry> entries, SourceSpan at) : Node(at)
{
    /// <summary>Names and values.</summary>
    public IReadOnlyList<Entry> Entries { get; } = entries;

    /// <summary>The value of a name, or null when the name is not there.</summary>
    public Node? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
            {
                if (entry.Name == key)
                {
                    return entry.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The same mapping without these names.</summary>
    public MappingNode Without(IReadOnlySet<string> names) =>
        new([.. Entries.Where(entry => !names.Contains(entry.Name))], At);

    /// <inheritdoc/>
    public override string Kind => "a mapping";
}

/// <summary>A value that could not be read. Its mistake is told already, so readers pass over it.</summary>
/// <param name="at">Where it was written.</param>
public sealed class BrokenNode(SourceSpan at) : Node(at)
{
    /// <inheritdoc/>
    public override string Kind => "unreadable";
}

/// <summary>A name in a mapping, and its value.</summary>
/// <param name="Key">The name as written.</param>
/// <param name="Value">The value.</param>
public sealed record Entry(ScalarNode Key, Node Value)
{
    /// <summary>The name's text.</summary>
    public string Name => Key.Text;
}
