using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>How often something is done: at each epoch's end, or after so many batches.</summary>
/// <param name="Batches">After so many batches; null is at each epoch's end.</param>
[Form<SaveFrequencyForm>]
public sealed record SaveFrequency(long? Batches)
{
    /// <summary>At each epoch's end.</summary>
    public static SaveFrequency Epoch { get; } = new((long?)null);
}

/// <summary>The word <c>epoch</c>, the word <c>batch</c> for each one, or a number of batches.</summary>
internal sealed class SaveFrequencyForm : Form
{
    private static readonly Form Number = Of(typeof(long));

    public override string Expected => "epoch, batch, or a number of batches";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(new JsonObject { ["enum"] = new JsonArray("epoch", "batch") }, book.Number(isWhole: true, [new AtLeastAttribute(1)]));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = (node as ScalarNode)?.Text switch
        {
            "epoch" => SaveFrequency.Epoch,
            "batch" => new SaveFrequency(1),
            _ => null,
        };
        if (value is not null)
        {
            return true;
        }

        if (node is not ScalarNode { Quoted: false } || !Number.TryRead(node, new Reading(reading.Dialect, []), out var number))
        {
            return reading.Mismatch(node, Expected);
        }

        value = new SaveFrequency((long)number!);
        return (long)number >= 1 || reading.Fail(node, $"{reading.Last} is {number}, which is out of range.", Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is SaveFrequency { Batches: { } batches }
        ? Number.Write(batches, source as ScalarNode, dialect)
        : new ScalarNode("epoch", quoted: false, source?.At ?? SourceSpan.Nowhere);
}
