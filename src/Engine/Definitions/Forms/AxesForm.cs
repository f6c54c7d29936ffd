namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>An axis, or a list of axes; a list of one is written as a number.</summary>
internal sealed class AxesForm : Form
{
    private static readonly Form Number = Of(typeof(int));
    private static readonly Form List = Of(typeof(IReadOnlyList<int>));

    public override string Expected => "an axis, or a list of axes";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        if (node is ListNode)
        {
            return List.TryRead(node, reading, out value);
        }

        var read = Number.TryRead(node, reading, out var number);
        value = read ? new[] { (int)number! } : null;
        return read;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is IReadOnlyList<int> { Count: 1 } one
        ? Number.Write(one[0], source as ScalarNode, dialect)
        : List.Write(value, source as ListNode, dialect);
}
