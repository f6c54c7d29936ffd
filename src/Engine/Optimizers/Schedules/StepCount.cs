using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>How long a part of a schedule lasts: a number of steps, or of passes over the data, <c>{epochs: 200}</c>.</summary>
/// <param name="Number">How many steps or epochs.</param>
/// <param name="InEpochs">Whether epochs are counted; such a count must become one of steps before the schedule is used.</param>
[Form<StepCountForm>]
public readonly record struct StepCount(double Number, bool InEpochs = false)
{
    /// <summary>The number of steps, in float32.</summary>
    /// <exception cref="InvalidOperationException">It counts epochs still.</exception>
    internal float Steps => (float)Counted;

    /// <summary>The number of whole steps.</summary>
    /// <exception cref="InvalidOperationException">It counts epochs still.</exception>
    internal long WholeSteps => (long)Counted;

    private double Counted => InEpochs ? throw new InvalidOperationException("A schedule counts epochs, whose steps are not known yet.") : Number;

    /// <summary>The same length, counted in steps.</summary>
    public StepCount InSteps(long stepsPerEpoch) => InEpochs ? new StepCount(Number * stepsPerEpoch) : this;

    /// <summary>A number of steps.</summary>
    public static implicit operator StepCount(double steps) => new(steps);
}

/// <summary>A schedule's length that cannot be zero.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PositiveStepsAttribute : FormAttribute
{
    /// <inheritdoc/>
    public override Form FormOf(Type type) => new StepCountForm(positive: true);
}

/// <summary>A number of steps, or <c>{epochs: number}</c> in an experiment file.</summary>
internal sealed class StepCountForm(bool positive) : Form
{
    private static readonly Form Number = Of(typeof(double));

    public StepCountForm()
        : this(positive: false)
    {
    }

    public override string Expected => $"a number {(positive ? "above" : "of at least")} 0, or {{epochs: number}}";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(
        Count(book),
        new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["required"] = new JsonArray("epochs"), ["properties"] = new JsonObject { ["epochs"] = Count(book) } });

    private JsonObject Count(SchemaBook book) => book.Number(isWhole: false, [positive ? new AboveAttribute(0) : new AtLeastAttribute(0)]);

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        var counted = node is MappingNode { Entries: [{ Name: "epochs" } only] } && reading.Dialect == Dialect.Experiment ? only.Value : null;
        if ((counted ?? node) is not ScalarNode { Quoted: false } scalar)
        {
            return reading.Mismatch(node, Expected);
        }

        if (!Number.TryRead(scalar, reading, out var number))
        {
            return false;
        }

        var count = new StepCount((double)number!, counted is not null);
        value = count;
        return (positive ? count.Number > 0 : count.Number >= 0)
            || reading.Fail(scalar, FormattableString.Invariant($"{reading.Last} is {count.Number}, which is out of range."), Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var count = (StepCount)value!;
        return !count.InEpochs ? Number.Write(count.Number, source as ScalarNode, dialect)
            : source as MappingNode ?? new MappingNode(
                [new Entry(new ScalarNode("epochs", quoted: false, SourceSpan.Nowhere), Number.Write(count.Number, null, dialect))], SourceSpan.Nowhere);
    }
}
