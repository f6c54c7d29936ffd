using System.Reflection;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>One of the catalog's things of a kind: a bare name, or a mapping of one key, <c>Dense: {units: 10}</c>.</summary>
internal sealed class KindForm(Type kind) : Form
{
    private readonly string _noun = SnakeCase.From(kind.Name).Replace('_', ' ');
    private readonly WrittenByNameAttribute? _byNameAlone = kind.GetCustomAttribute<WrittenByNameAttribute>();

    /// <summary>What null stands for where one is due; null is the option's default.</summary>
    internal object? None { get; } = kind.GetCustomAttribute<NoneIsAttribute>() is { } none ? Activator.CreateInstance(Catalog.Find(kind, none.Name)!) : null;

    public override string Expected => $"{(_noun[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a")} {_noun}: a name, or a mapping of one name to its options";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.Thing(kind);

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        switch (node)
        {
            case ScalarNode { IsNull: false } scalar:
                return TryReadNamed(scalar, new MappingNode([], scalar.At), reading, out value);
            case MappingNode mapping when reading.Dialect == Dialect.Keras && mapping["class_name"] is ScalarNode name:
                return TryReadNamed(name, mapping["config"] ?? new MappingNode([], mapping.At), reading, out value);
            case MappingNode { Entries: [var only] }:
                return TryReadNamed(only.Key, only.Value, reading, out value);
            case MappingNode { Entries: [var first, var second, ..] }:
                return reading.Fail(
                    second.Key,
                    $"'{second.Name}' stands beside '{first.Name}', where one {_noun} is due. Is it an option of '{first.Name}'? Then indent it further.",
                    Expected);
            default:
                return reading.Mismatch(node, Expected);
        }
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var name = new ScalarNode(Catalog.NameOf(value!.GetType()), quoted: false, SourceSpan.Nowhere);
        var form = OptionsForm.Of(value.GetType());
        var brief = dialect == Dialect.Keras ? _byNameAlone is { InKerasToo: true } : _byNameAlone is not null || form.Options.Count == 0;
        if (brief && form.IsDefault(value))
        {
            return name;
        }

        var options = form.Write(value, (source as MappingNode)?.Entries is [var only] ? only.Value : null, dialect);
        return dialect == Dialect.Keras
            ? new MappingNode([Named("class_name", name), Named("config", options)], SourceSpan.Nowhere)
            : new MappingNode([new Entry(name, options)], source?.At ?? SourceSpan.Nowhere);
    }

    private static Entry Named(string name, Node value) => new(new ScalarNode(name, quoted: false, SourceSpan.Nowhere), value);

    private bool TryReadNamed(ScalarNode name, Node options, Reading reading, out object? value)
    {
        value = null;
        if (Catalog.Find(kind, name.Text) is not { } type)
        {
            return reading.Fail(
                name,
                LeftOut.ReasonFor(kind, name.Text) ?? (PythonHabit.HintFor(name.Text) is { } hint
                    ? $"'{name.Text}' {hint}."
                    : $"There is no {_noun} '{name.Text}'.{NearestName.Hint(name.Text, Catalog.NamesOf(kind))}"),
                Expected);
        }

        var read = OptionsForm.Of(type).TryRead(options, reading.In(Catalog.NameOf(type)), Catalog.NameOf(type), out value);
        value = read && value is IStandsFor old ? old.Now : value;
        return read;
    }
}

/// <summary>Marks a kind whose members are written by their bare name when every option is at its default.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class WrittenByNameAttribute : Attribute
{
    /// <summary>Whether Keras's own files have them so too; else those have class and options of each.</summary>
    public bool InKerasToo { get; init; }
}

/// <summary>Marks a kind of which Python's <c>None</c>, and so <c>null</c>, is one of its members.</summary>
/// <param name="name">The member.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NoneIsAttribute(string name) : Attribute
{
    /// <summary>The member.</summary>
    public string Name { get; } = name;
}
