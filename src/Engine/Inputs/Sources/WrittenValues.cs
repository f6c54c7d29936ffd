using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Examples that stand in the experiment file: <c>[[0, 0], [0, 1]]</c>, or texts.</summary>
/// <param name="Shape">The lengths of the axes, the examples first.</param>
/// <param name="Numbers">The numbers, the last axis running fastest; null where it is text.</param>
/// <param name="Text">The texts; null where it is numbers.</param>
/// <param name="Written">What stood in the file.</param>
[Form<WrittenValuesForm>]
public sealed record WrittenValues(IReadOnlyList<long> Shape, IReadOnlyList<float>? Numbers, IReadOnlyList<string>? Text, Node Written)
{
    /// <summary>The examples as an array; numbers belong to the caller's scope.</summary>
    internal ArrayValues ToArray() => Numbers is not null
        ? new ArrayValues(tensor(Numbers.ToArray(), [.. Shape]))
        : new ArrayValues(new TextArray([.. Text!], [.. Shape]));
}

/// <summary>Lists in lists that are all of one shape; text where the first value is no number.</summary>
internal sealed class WrittenValuesForm : Form
{
    private static readonly Form Number = Of(typeof(double));
    private static readonly Form Text = Of(typeof(string));

    public override string Expected => "a list of numbers or texts, one an example, or of lists of them";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not ListNode list)
        {
            return reading.Mismatch(node, Expected);
        }

        if (list.Items.Count == 0)
        {
            return reading.Fail(node, "There are no values.", Expected);
        }

        var (shape, first) = (new List<long>(), (Node)list);
        for (; first is ListNode { Items: [var inner, ..] } level; first = inner)
        {
            shape.Add(level.Items.Count);
        }

        var form = Number.TryRead(first, new Reading(reading.Dialect, []), out _) ? Number : Text;
        var values = new List<object>();
        if (!Collect(list, shape, 0, form, values, reading))
        {
            return false;
        }

        value = form == Number
            ? new WrittenValues(shape, [.. values.Select(number => (float)(double)number)], null, node)
            : new WrittenValues(shape, null, [.. values.Cast<string>()], node);
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => ((WrittenValues)value!).Written;

    private static bool Collect(Node node, List<long> shape, int axis, Form form, List<object> values, Reading reading)
    {
        if (axis == shape.Count)
        {
            var read = form.TryRead(node, reading, out var value);
            values.Add(value!);
            return read;
        }

        if (node is not ListNode list || list.Items.Count != shape[axis])
        {
            return reading.Fail(node, "The values differ in shape here.", $"a list of {shape[axis]}, as the first one is");
        }

        var good = true;
        for (var i = 0; i < list.Items.Count; i++)
        {
            good &= Collect(list.Items[i], shape, axis + 1, form, values, reading.In(i));
        }

        return good;
    }
}
