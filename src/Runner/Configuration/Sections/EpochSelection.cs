using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>After which epochs something is done: every so many, or those of a list, counted from 1.</summary>
/// <param name="Every">Every so many; null where they are listed.</param>
/// <param name="Listed">The epochs; null where it is every so many.</param>
[Form<EpochSelectionForm>]
public sealed record EpochSelection(int? Every, IReadOnlyList<int>? Listed);

/// <summary>A whole number, or a list of them.</summary>
internal sealed class EpochSelectionForm : Form
{
    private static readonly Form Number = Of(typeof(int));
    private static readonly Form List = Of(typeof(IReadOnlyList<int>));

    public override string Expected => "a whole number of at least 1, or a list of epochs counted from 1";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(book.Number(isWhole: true, [new AtLeastAttribute(1)]), List.Describe(book, limits));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (!(node is ListNode ? List : Number).TryRead(node, reading, out var read))
        {
            return false;
        }

        value = read is int every ? new EpochSelection(every, null) : new EpochSelection(null, (IReadOnlyList<int>)read!);
        return read is not int number || number >= 1 || reading.Fail(node, $"{reading.Last} is {number}, which is out of range.", Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is EpochSelection { Every: { } every }
        ? Number.Write(every, source, dialect)
        : List.Write(((EpochSelection)value!).Listed, source, dialect);
}
