using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>What a model is measured on after epochs: a split with the columns of training, or data of its own.</summary>
/// <param name="Split">The split; null where the data are said one by one.</param>
/// <param name="Data">The data; null where there is a split.</param>
[Form<ValidationDataForm>]
public sealed record ValidationData(DataReference? Split, ValidationColumns? Data)
{
    /// <summary>The data: those that are said, or the columns of training in the split.</summary>
    internal ValidationColumns Of(NamedData x, NamedData y) => Data ?? new ValidationColumns { X = InSplit(x), Y = InSplit(y) };

    private NamedData InSplit(NamedData training) => new(
        training.One is { } one ? InSplit(one) : null,
        training.ByName?.ToDictionary(pair => pair.Key, pair => InSplit(pair.Value)),
        Split!.At);

    private DataReference InSplit(DataReference column) => Split! with { Column = column.Column };
}

/// <summary>Examples, targets, and perhaps weights.</summary>
public sealed record ValidationColumns
{
    /// <summary>The examples.</summary>
    public required NamedData X { get; init; }

    /// <summary>The targets.</summary>
    public required NamedData Y { get; init; }

    /// <summary>A weight for each example.</summary>
    public NamedData? SampleWeight { get; init; }
}

/// <summary>A split, <c>[x, y]</c>, <c>[x, y, sample_weight]</c>, or a mapping.</summary>
internal sealed class ValidationDataForm : Form
{
    private static readonly string[] InOrder = ["x", "y", "sample_weight"];
    private static readonly Form Columns = Of(typeof(ValidationColumns));
    private static readonly Form Split = Of(typeof(DataReference));

    public override string Expected => "a split (dataset.split), {x, y, sample_weight}, or [x, y]";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(Split.Describe(book, limits), Columns.Describe(book, limits), book.List([]));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is ListNode { Items.Count: 2 or 3 } list)
        {
            node = new MappingNode([.. list.Items.Zip(InOrder, (item, name) => new Entry(new ScalarNode(name, quoted: false, item.At), item))], node.At);
        }

        if (node is MappingNode)
        {
            var read = Columns.TryRead(node, reading, out var columns);
            value = read ? new ValidationData(null, (ValidationColumns)columns!) : null;
            return read;
        }

        if (node is not ScalarNode { IsNull: false } || !Split.TryRead(node, reading, out var split))
        {
            return reading.Mismatch(node, Expected);
        }

        value = new ValidationData((DataReference)split!, null);
        return ((DataReference)split!).Column is null || reading.Fail(node, $"'{split}' is a column, where a split is due.", Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is ValidationData { Split: { } split }
        ? Split.Write(split, source, dialect)
        : Columns.Write(((ValidationData)value!).Data, source as MappingNode, dialect);
}
