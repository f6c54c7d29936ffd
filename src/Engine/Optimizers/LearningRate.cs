using System.Globalization;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Optimizers.Schedules;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>A fixed learning rate, or a schedule: <c>0.1</c>, <c>{CosineDecay: {…}}</c>.</summary>
[Form<LearningRateForm>]
public sealed record LearningRate
{
    /// <summary>A fixed learning rate.</summary>
    public LearningRate(double value) => Value = value;

    /// <summary>A learning rate that follows a schedule.</summary>
    public LearningRate(LearningRateSchedule schedule) => Schedule = schedule;

    /// <summary>The fixed value, where there is no schedule.</summary>
    public double Value { get; }

    /// <summary>The schedule, or null for a fixed value.</summary>
    public LearningRateSchedule? Schedule { get; }

    /// <summary>A fixed learning rate.</summary>
    public static implicit operator LearningRate(double value) => new(value);
}

/// <summary>A number from 0, or a schedule.</summary>
internal sealed class LearningRateForm : Form
{
    private static readonly Form Number = Of(typeof(double));
    private static readonly Form Schedule = Of(typeof(LearningRateSchedule));

    public override string Expected => "a number of at least 0, or a schedule";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(Number.Describe(book, [new AtLeastAttribute(0)]), Schedule.Describe(book, limits));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is MappingNode || (node is ScalarNode name && Catalog.Find(typeof(LearningRateSchedule), name.Text) is not null))
        {
            if (!Schedule.TryRead(node, reading, out var schedule))
            {
                return false;
            }

            value = new LearningRate((LearningRateSchedule)schedule!);
            return true;
        }

        if (!Number.TryRead(node, new Reading(reading.Dialect, []), out var number))
        {
            return reading.Mismatch(node, Expected);
        }

        value = new LearningRate((double)number!);
        return (double)number >= 0
            || reading.Fail(node, string.Create(CultureInfo.InvariantCulture, $"{reading.Last} is {number}, which is out of range."), Expected);
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is LearningRate { Schedule: { } schedule }
        ? Schedule.Write(schedule, source, dialect)
        : Number.Write(((LearningRate)value!).Value, source, dialect);
}
