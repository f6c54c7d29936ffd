using System.Collections;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>A list of values, or one value that stands for a list of one. A list of one is written as the value.</summary>
internal sealed class OneOrMoreForm(Type itemType) : Form
{
    private readonly ListForm _list = new(itemType);
    private readonly Form _item = Of(itemType);

    public override string Expected => $"{_item.Expected}, or a list of them";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(_item.Describe(book, limits), _list.Describe(book, limits));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        if (node is ListNode)
        {
            return _list.TryRead(node, reading, out value);
        }

        value = null;
        if (node is not ScalarNode { IsNull: false } && !(node is MappingNode && _item is KindForm or OptionsForm))
        {
            return reading.Mismatch(node, Expected);
        }

        if (!_item.TryRead(node, reading, out var item))
        {
            return false;
        }

        var items = Array.CreateInstance(itemType, 1);
        items.SetValue(item, 0);
        value = items;
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => value is IList { Count: 1 } one && source is not ListNode
        ? _item.Write(one[0], source, dialect)
        : _list.Write(value, source as ListNode, dialect);
}

/// <summary>A list of values, or one value that stands for a list of one: Keras's <c>axis: -1</c> or <c>axis: [1, 2]</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOrMoreAttribute : FormAttribute
{
    /// <inheritdoc/>
    public override Form FormOf(Type type) => new OneOrMoreForm(type.GetGenericArguments()[0]);
}
