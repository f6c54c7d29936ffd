using System.Collections;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>Values by name, the names chosen by the user.</summary>
internal sealed class MapForm(Type valueType) : Form
{
    private readonly Lazy<Form> _value = new(() => Of(valueType));

    public override string Expected => $"a mapping from names, each value {_value.Value.Expected}";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.Map(_value.Value.Describe(book, limits));

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        var map = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(typeof(string), valueType))!;
        value = map;
        if (node is not MappingNode mapping)
        {
            return reading.Mismatch(node, Expected);
        }

        var read = true;
        foreach (var entry in mapping.Entries)
        {
            if (_value.Value.TryRead(entry.Value, reading.In(entry.Name), out var item))
            {
                map.Add(entry.Name, item);
            }
            else
            {
                read = false;
            }
        }

        return read;
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var entries = new List<Entry>();
        foreach (DictionaryEntry pair in (IDictionary)value!)
        {
            var name = (string)pair.Key;
            entries.Add(new Entry(
                new ScalarNode(name, quoted: false, SourceSpan.Nowhere),
                _value.Value.Write(pair.Value, (source as MappingNode)?[name], dialect)));
        }

        return new MappingNode(entries, source?.At ?? SourceSpan.Nowhere);
    }
}
