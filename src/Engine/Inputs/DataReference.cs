using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>A column of the data, or a whole split: <c>mnist.train.x</c>, <c>housing.train</c>; cut at the first two dots.</summary>
/// <param name="Dataset">The data set's name.</param>
/// <param name="Split">The split's name; empty when it was left out, which is a mistake told later.</param>
/// <param name="Column">The column's name; null for a whole split.</param>
/// <param name="At">Where it was written.</param>
[Form<DataReferenceForm>]
public sealed record DataReference(string Dataset, string Split, string? Column, SourceSpan At)
{
    /// <summary>Cuts a reference into its parts.</summary>
    public static DataReference Parse(string text, SourceSpan at)
    {
        var parts = text.Split('.', 3);
        return new DataReference(parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : null, at);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('.', new[] { Dataset, Split, Column }.Where(part => !string.IsNullOrEmpty(part)));
}

/// <summary>A reference in its one word.</summary>
internal sealed class DataReferenceForm : Form
{
    private static readonly Form Text = Of(typeof(string));

    public override string Expected => "data: dataset.split.column, or dataset.split";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Text();

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = node is ScalarNode { IsNull: false } name ? DataReference.Parse(name.Text, name.At) : null;
        return value is not null || reading.Mismatch(node, Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => Text.Write(value!.ToString(), source, dialect);
}
