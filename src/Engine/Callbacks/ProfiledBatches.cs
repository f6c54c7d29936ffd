using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>The batches of a training that are profiled, the first being 1.</summary>
/// <param name="First">The first of them; 0 is none.</param>
/// <param name="Last">The last of them.</param>
[Form<ProfiledBatchesForm>]
public sealed record ProfiledBatches(long First, long Last)
{
    /// <summary>None.</summary>
    public static ProfiledBatches None { get; } = new(0, 0);
}

/// <summary>One number, a list of the first and the last, or both in a text: <c>500,520</c>. 0 is none.</summary>
internal sealed class ProfiledBatchesForm : Form
{
    private static readonly Form Number = Of(typeof(long));
    private static readonly Form Numbers = Of(typeof(IReadOnlyList<long>));

    public override string Expected => "the number of a batch, or a list of the first and the last; 0 is none";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits)
    {
        var number = book.Number(isWhole: true, [new AtLeastAttribute(0)]);
        return SchemaBook.Any(
            number,
            new JsonObject { ["type"] = "array", ["items"] = number.DeepClone(), ["minItems"] = 2, ["maxItems"] = 2 },
            new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]+,[0-9]+$" });
    }

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        var inText = (node as ScalarNode)?.Text.Split(',') is [var first, var last] && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) ? new ProfiledBatches(from, to) : null;
        object? numbers = null;
        if (inText is null && !(node is ListNode ? Numbers : Number).TryRead(node, reading, out numbers))
        {
            return false;
        }

        var batches = numbers switch
        {
            long number => new ProfiledBatches(number, number),
            IReadOnlyList<long> and [var one, var other] => new ProfiledBatches(one, other),
            _ => inText,
        };
        if (batches is null || batches.First < 0 || batches.Last < batches.First || (batches.First == 0 && batches.Last > 0))
        {
            return reading.Fail(node, $"{reading.Last} names no batches.", Expected);
        }

        value = batches;
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var batches = (ProfiledBatches)value!;
        return batches.First == batches.Last ? Number.Write(batches.First, source as ScalarNode, dialect)
            : Numbers.Write((long[])[batches.First, batches.Last], source as ListNode, dialect);
    }
}
