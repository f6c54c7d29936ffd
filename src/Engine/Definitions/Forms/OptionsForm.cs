using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>A mapping of options: the properties of one class, each with a name, a type, perhaps a default and a limit.</summary>
internal sealed class OptionsForm : Form
{
    private static readonly ConcurrentDictionary<Type, OptionsForm> Known = new();

    private readonly Type _type;
    private readonly Dictionary<string, Option> _byName = new(StringComparer.Ordinal);
    private readonly ILookup<string, Option> _byOldName;
    private readonly Lazy<object> _defaults;
    private readonly RefusedOptionAttribute[] _refused;
    private readonly HashSet<string> _ignored;
    private readonly string? _short;

    private OptionsForm(Type type)
    {
        _type = type;
        _defaults = new Lazy<object>(() => Activator.CreateInstance(type)!);
        _refused = [.. type.GetCustomAttributes<RefusedOptionAttribute>(inherit: true)];
        _short = type.GetCustomAttribute<WrittenShortAttribute>(inherit: false)?.Option;
        _ignored = [.. type.GetCustomAttributes<IgnoredOptionAttribute>(inherit: true).Select(option => option.Name)];
        Options = [.. BaseFirst(type)
            .Where(property => property.CanWrite && property.GetCustomAttribute<NotAnOptionAttribute>() is null)
            .Select(property => new Option(property))
            .Where(option => !_ignored.Contains(option.Name) && !Array.Exists(_refused, refused => refused.Name == option.Name))];
        foreach (var option in Options)
        {
            _byName.Add(option.Name, option);
        }

        foreach (var option in Options)
        {
            foreach (var alias in option.Aliases)
            {
                _byName.TryAdd(alias, option);
            }
        }

        _byOldName = Options.Where(option => option.Old is not null).SelectMany(option => option.Old!.Names.Select(name => (name, option)))
            .Where(pair => !_byName.ContainsKey(pair.name)).ToLookup(pair => pair.name, pair => pair.option, StringComparer.Ordinal);
    }

    /// <summary>The options in the order they are declared; a class's own before those of its bases.</summary>
    internal IReadOnlyList<Option> Options { get; }

    public override string Expected => Options.Count == 0 ? "no options" : $"options: {Names}";

    private string Names => string.Join(", ", Options.Select(option => option.Name));

    internal static new OptionsForm Of(Type type) => Known.GetOrAdd(type, static type => new OptionsForm(type));

    /// <summary>The value that an option has when nobody sets it.</summary>
    internal object? DefaultOf(Option option) => option.Property.GetValue(_defaults.Value);

    public override bool TryRead(Node node, Reading reading, out object? value) => TryRead(
        node, reading, reading.Path.Length == 0 ? "The experiment" : $"'{reading.Last}'", out value);

    /// <summary>Reads options; <paramref name="owner"/> is what a message calls their owner.</summary>
    internal bool TryRead(Node node, Reading reading, string owner, out object? value)
    {
        value = null;
        if (node is ScalarNode { IsNull: true })
        {
            node = new MappingNode([], node.At);
        }

        if (node is ScalarNode && _short is not null)
        {
            node = new MappingNode([new Entry(new ScalarNode(_short, quoted: false, node.At), node)], node.At);
        }

        if (node is not MappingNode mapping)
        {
            return reading.Mismatch(node, Expected);
        }

        var made = Activator.CreateInstance(_type)!;
        if (made is IPlaced placed)
        {
            placed.At = node.At;
        }

        var missing = Options.Where(option => option.Required).ToHashSet();
        var read = true;
        var given = GivenOption.Of(mapping, this, reading);
        foreach (var (entry, option, name, written) in given)
        {
            if (option is null)
            {
                read &= TryPassOver(entry, reading, owner, missing);
                continue;
            }

            missing.Remove(option);
            if (written is ScalarNode { IsNull: true } && !option.Required && (option.Form is KindForm || (reading.Dialect == Dialect.Keras && option.Form is not NullForm)))
            {
                if (option.Form is KindForm { None: { } none })
                {
                    option.Property.SetValue(made, none);
                }

                continue;
            }

            object? part = null;
            if (written is not null && option.TryRead(written, reading.In(name), out part))
            {
                option.Property.SetValue(made, part);
            }
            else
            {
                read = false;
                if (made is IReadInPart && part is not null)
                {
                    option.Property.SetValue(made, part);
                }
            }
        }

        foreach (var option in missing)
        {
            read = reading.Fail(node, $"{owner} needs '{option.Name}'.", option.Form.Expected);
        }

        if (read && made is IChecked checkedOptions)
        {
            foreach (var (name, problem, expected) in checkedOptions.FindMistakes())
            {
                read = reading.In(name).Fail(_byName.TryGetValue(name, out var option) && SourceOf(option, given) is { } at ? at : node, problem, expected);
            }
        }

        value = made;
        return read;
    }

    public override Node Write(object? value, Node? source, Dialect dialect)
    {
        var given = source is MappingNode mapping ? GivenOption.Of(mapping, this, new Reading(Dialect.Experiment, [])) : [];
        return new MappingNode(
            [.. Options.Where(option => !option.WrittenWhereSet || !Equals(option.Property.GetValue(value), DefaultOf(option))).Select(option => new Entry(
                new ScalarNode(option.Name, quoted: false, SourceSpan.Nowhere),
                option.Form.Write(option.Property.GetValue(value), SourceOf(option, given), dialect)))],
            source?.At ?? SourceSpan.Nowhere);
    }

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) =>
        book.Defined(SnakeCase.From(_type.Name) + "_options", () => DescribeOptions(book, required: false, null));

    /// <summary>The schema of the mapping: each option with its words, limits and default.</summary>
    /// <param name="book">Where parts that are used in many places are defined.</param>
    /// <param name="required">Whether options without a default must be there.</param>
    /// <param name="also">Further options.</param>
    internal JsonObject DescribeOptions(SchemaBook book, bool required, IReadOnlyDictionary<string, JsonObject>? also)
    {
        var properties = new JsonObject();
        foreach (var option in Options)
        {
            foreach (var name in option.Aliases.Prepend(option.Name))
            {
                properties[name] = Described(option, book);
            }
        }

        foreach (var old in _byOldName)
        {
            properties[old.Key] = OldWords(old.Key, [.. old], book);
        }

        foreach (var name in _ignored)
        {
            properties[name] = new JsonObject { ["description"] = "Has no effect here." };
        }

        foreach (var refused in _refused)
        {
            properties[refused.Name] = new JsonObject { ["description"] = $"Refused: {refused.Reason}.", ["enum"] = new JsonArray(null, false) };
        }

        foreach (var (name, schema) in (also ?? new Dictionary<string, JsonObject>()).Where(one => !_byName.ContainsKey(one.Key)))
        {
            properties[name] = schema.DeepClone();
        }

        var mapping = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (required && Options.Where(option => option.Required && option.Aliases.Count == 0 && option.Old is null).Select(option => JsonValue.Create(option.Name)).ToArray() is { Length: > 0 } needed)
        {
            mapping["required"] = new JsonArray([.. needed]);
        }

        if (required && Options.Where(option => option.Required && option.Aliases.Count == 0 && option.Old is not null).Select(OneOfItsNames).ToArray() is { Length: > 0 } named)
        {
            mapping["allOf"] = new JsonArray([.. named]);
        }

        return mapping;
    }

    private static JsonObject OneOfItsNames(Option option)
    {
        var old = option.Old is OldPartsAttribute ? [option.Old.Names] : option.Old!.Names.Select(name => (IReadOnlyList<string>)[name]);
        return new JsonObject
        {
            ["anyOf"] = new JsonArray([.. old.Prepend([option.Name]).Select(names => new JsonObject { ["required"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]) })]),
        };
    }

    private JsonObject OldWords(string name, List<Option> options, SchemaBook book)
    {
        var today = string.Join(" and ", options.Select(option => $"'{option.Name}'"));
        var schema = options[0].Old is OldFlagAttribute flag ? book.OneOf(new JsonObject { ["enum"] = new JsonArray(flag.Yes, flag.No) })
            : options[0].Old is OldPartsAttribute ? book.Number(isWhole: true, options[0].Limits)
            : Described(options[0], book);
        schema.Remove("default");
        schema.Remove("description");
        schema.Insert(0, "description", $"An old name: {today} today{(options[0].Old is OldPartsAttribute parts ? $", a list of {string.Join(" and ", parts.Names)}" : "")}.");
        schema["deprecated"] = true;
        return schema;
    }

    private JsonObject Described(Option option, SchemaBook book)
    {
        var schema = option.Form.Describe(book, option.Limits);
        if (option.Form is KindForm && !option.Required)
        {
            schema = SchemaBook.Any(schema, new JsonObject { ["type"] = "null" });
        }

        // beside a $ref other words do not count in draft-07
        var described = schema.ContainsKey("$ref") ? new JsonObject { ["allOf"] = new JsonArray(schema) } : schema;
        if (XmlDocs.SummaryOf(option.Property) is { } summary)
        {
            described.Insert(0, "description", summary);
        }

        if (!option.Required)
        {
            var value = DefaultOf(option);
            described["default"] = value is null ? null : SchemaBook.ToJson(option.Form.Write(value, null, Dialect.Experiment));
        }

        return described;
    }

    /// <summary>Whether a name is an option's, or one that is ignored or refused by name.</summary>
    internal bool Knows(string name) => Named(name).Count > 0 || _ignored.Contains(name) || Array.Exists(_refused, refused => refused.Name == name);

    /// <summary>Whether every option of a value stands at its default.</summary>
    internal bool IsDefault(object value) => Options.All(option => Equals(option.Property.GetValue(value), DefaultOf(option)));

    /// <summary>The options that a name stands for: of today's names one, of an old one perhaps several.</summary>
    internal IReadOnlyList<Option> Named(string name) => _byName.TryGetValue(name, out var option) ? [option] : [.. _byOldName[name]];

    private static Node? SourceOf(Option option, IReadOnlyList<GivenOption> given) => given.FirstOrDefault(one => one.Option == option && one.Value is not null)?.Value;

    private static IEnumerable<PropertyInfo> BaseFirst(Type type)
    {
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            foreach (var property in level.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                if (property.GetMethod?.GetBaseDefinition() == property.GetMethod)
                {
                    yield return property;
                }
            }
        }
    }

    /// <summary>An option that is not declared: without effect, refused by name, or unknown.</summary>
    private bool TryPassOver(Entry entry, Reading reading, string owner, HashSet<Option> missing)
    {
        if (_ignored.Contains(entry.Name))
        {
            return true;
        }

        if (Array.Find(_refused, option => option.Name == entry.Name) is { } refused)
        {
            return entry.Value is ScalarNode { Quoted: false, Text: "null" or "false" or "~" or "" }
                || reading.Fail(entry.Key, $"{owner} cannot have '{entry.Name}': {refused.Reason}.", "null, or nothing");
        }

        var nearest = NearestName.Of(entry.Name, [.. Options.Select(option => option.Name), .. _byOldName.Select(old => old.Key)]);
        missing.RemoveWhere(option => nearest is not null && Named(nearest).Contains(option));
        return reading.Fail(
            entry.Key,
            $"{owner} has no option '{entry.Name}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}",
            Options.Count == 0 ? "no options" : nearest is null || Options.Count < 5 ? $"one of {Names}" : $"one of {string.Join(", ", Options.Take(3).Select(option => option.Name))}, …");
    }
}
