using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>Two whole numbers of at least 0 for each axis, before and after; one number stands for both, or for all.</summary>
internal sealed class PerSideForm(int axes) : Form
{
    private readonly PerAxisForm _sides = new(2);
    private readonly ListForm _list = new(typeof(IReadOnlyList<int>));

    public override string Expected => $"a whole number of at least 0, or a list of {axes}, each one number or a list of 2";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(
        book.Number(isWhole: true, [new AtLeastAttribute(0)]),
        new JsonObject { ["type"] = "array", ["items"] = _sides.Describe(book, [new AtLeastAttribute(0)]), ["minItems"] = axes, ["maxItems"] = axes });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        var sides = new IReadOnlyList<int>[axes];
        if (node is ListNode list)
        {
            if (list.Items.Count != axes)
            {
                return reading.Fail(node, $"{reading.Last} has {list.Items.Count} items.", Expected);
            }

            var read = true;
            for (var axis = 0; axis < axes; axis++)
            {
                read &= TryReadSides(list.Items[axis], reading.In(axis), out sides[axis]);
            }

            value = sides;
            return read;
        }

        if (!TryReadSides(node, reading, out sides[0]))
        {
            return false;
        }

        Array.Fill(sides, sides[0]);
        value = sides;
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => _list.Write(value, source as ListNode, dialect);

    private bool TryReadSides(Node node, Reading reading, out IReadOnlyList<int> sides)
    {
        sides = [];
        if (!_sides.TryRead(node, reading, out var read))
        {
            return false;
        }

        sides = (IReadOnlyList<int>)read!;
        return sides.All(side => side >= 0) || reading.Fail(node, $"{reading.Last} is below 0.", Expected);
    }
}
