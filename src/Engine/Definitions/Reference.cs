using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>A name that stands for something elsewhere in the file, with the place to tell when it stands for nothing.</summary>
/// <param name="Name">The name.</param>
/// <param name="At">Where it was written.</param>
[Form<ReferenceForm>]
public sealed record Reference(string Name, SourceSpan At)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A definition that remembers where it was written.</summary>
public interface IPlaced
{
    /// <summary>Where it was written.</summary>
    [NotAnOption]
    SourceSpan At { get; set; }
}

/// <summary>
/// A definition of which what could be read is kept where another part is broken, so that every mistake is told at once. A broken
/// item of a list is null in it.
/// </summary>
public interface IReadInPart;

/// <summary>A name.</summary>
internal sealed class ReferenceForm : Form
{
    private static readonly Form Text = Of(typeof(string));

    public override string Expected => "a name";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Text();

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = node is ScalarNode { IsNull: false } name ? new Reference(name.Text, name.At) : null;
        return value is not null || reading.Mismatch(node, Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => Text.Write(((Reference)value!).Name, source, dialect);
}
