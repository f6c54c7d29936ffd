namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>Anything, kept as it was written, for whoever reads it later.</summary>
internal sealed class NodeForm : Form
{
    public override string Expected => "a value";

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = node;
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => (Node)value!;
}
