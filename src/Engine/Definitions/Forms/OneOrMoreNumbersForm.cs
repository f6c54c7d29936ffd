namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>A number, or a list of numbers; a list of one is written as a number.</summary>
internal sealed class OneOrMoreNumbersForm : Form
{
    private static readonly Form Number = Of(typeof(double));
    private static readonly Form List = Of(typeof(IReadOnlyList<double>));

    public override string Expected => "a number, or a list of numbers";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        if (node is ListNode)
        {
            return List.TryRead(node, reading, out value);
        }

        var read = Number.TryRead(node, reading, out var number);
        value = read ? new[] { (double)number! } : null;
        return read;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is IReadOnlyList<double> { Count: 1 } one
        ? Number.Write(one[0], source as ScalarNode, dialect)
        : List.Write(value, source as ListNode, dialect);
}
