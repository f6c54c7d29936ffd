using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>A path as it was written, and as a place on this machine: relative ones start at the folder of the text they stand in.</summary>
/// <param name="Written">The path as it was written.</param>
/// <param name="Full">The absolute path.</param>
/// <param name="At">Where it was written.</param>
[Form<FilePathForm>]
public sealed record FilePath(string Written, string Full, SourceSpan At)
{
    /// <inheritdoc/>
    public override string ToString() => Written;
}

/// <summary>A path; written in full.</summary>
internal sealed class FilePathForm : Form
{
    public override string Expected => "the path of a file or folder";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Text();

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = node is ScalarNode { IsNull: false, Text.Length: > 0 } path && !path.Text.Contains('\0', StringComparison.Ordinal)
            ? new FilePath(path.Text, Path.GetFullPath(path.Text, Path.GetFullPath(node.At.Source.Folder)), node.At)
            : null;
        return value is not null || reading.Mismatch(node, Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => source is ScalarNode { Written: { } written } scalar
        ? new ScalarNode(written, quoted: false, scalar.At)
        : new ScalarNode(((FilePath)value!).Full, quoted: true, SourceSpan.Nowhere);
}
