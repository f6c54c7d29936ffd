using System.Collections;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>A list of values of one type.</summary>
internal sealed class ListForm(Type itemType) : Form
{
    private readonly Lazy<Form> _item = new(() => Of(itemType));

    public override string Expected => $"a list, each item {_item.Value.Expected}";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.List(_item.Value.Describe(book, limits));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not ListNode list)
        {
            return reading.Mismatch(node, Expected);
        }

        var read = true;
        var items = Array.CreateInstance(itemType, list.Items.Count);
        for (var i = 0; i < items.Length; i++)
        {
            if (_item.Value.TryRead(list.Items[i], reading.In(i), out var item))
            {
                items.SetValue(item, i);
            }
            else
            {
                read = false;
            }
        }

        value = items;
        return read;
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var sources = (source as ListNode)?.Items;
        var items = ((IEnumerable)value!).Cast<object?>().ToList();
        return new ListNode(
            [.. items.Select((item, i) => _item.Value.Write(item, sources is not null && sources.Count == items.Count ? sources[i] : null, dialect))],
            source?.At ?? SourceSpan.Nowhere);
    }
}

/// <summary>A list of whole numbers, one for each axis; one number stands for all.</summary>
internal sealed class PerAxisForm(int count) : Form
{
    private readonly ListForm _list = new(typeof(int));
    private readonly Form _number = Of(typeof(int));

    public override string Expected => count == 1 ? "a whole number" : $"a whole number, or a list of {count}";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Any(
        book.Number(isWhole: true, limits),
        new JsonObject { ["type"] = "array", ["items"] = book.Number(isWhole: true, limits), ["minItems"] = count, ["maxItems"] = count });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is ListNode list)
        {
            return list.Items.Count == count
                ? _list.TryRead(node, reading, out value)
                : reading.Fail(node, $"{reading.Last} has {list.Items.Count} items.", Expected);
        }

        if (node is not ScalarNode { Quoted: false, IsNull: false } scalar || PythonHabit.HintFor(scalar.Text) is not null)
        {
            return reading.Mismatch(node, Expected);
        }

        if (!_number.TryRead(node, reading, out var number))
        {
            return false;
        }

        value = Enumerable.Repeat((int)number!, count).ToArray();
        return true;
    }

    public override Node Write(object? value, Node? source, Dialect dialect) => _list.Write(value, source as ListNode, dialect);
}
