using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions.Forms;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>
/// A JSON Schema (draft-07) of experiment files in the making: each form describes itself, and what is used in many places is
/// defined once. What an editor reads as JSON is the YAML: <c>1/255</c> is text there, and so is every variable.
/// </summary>
public sealed class SchemaBook
{
    private const string Numeral = @"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?";

    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);

    /// <summary>What is defined once, by name.</summary>
    public SortedDictionary<string, JsonObject> Definitions { get; } = new(StringComparer.Ordinal)
    {
        ["variable"] = new JsonObject
        {
            ["description"] = "A variable: $vars.name, $env.NAME, $seed, or an argument of a block.",
            ["type"] = "string",
            ["pattern"] = @"\$[A-Za-z_{]",
        },
        ["number_as_text"] = new JsonObject
        {
            ["description"] = "A number that YAML reads as text: 1e-3, or a fraction such as 1/255.",
            ["type"] = "string",
            ["pattern"] = $@"^({Numeral}(\s*/\s*{Numeral})?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$",
        },
    };

    /// <summary>Options that things of a kind take beside their own, by the kind: a layer's place in its model.</summary>
    public Dictionary<Type, IReadOnlyDictionary<string, JsonObject>> Also { get; } = [];

    /// <summary>Kinds whose options may be said in part, because a file that extends another adds to what that one says.</summary>
    public HashSet<Type> InPart { get; } = [];

    /// <summary>The schema of a type.</summary>
    public JsonObject Of(Type type) => Form.Of(type).Describe(this, []);

    /// <summary>A reference to what is defined once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="make">Makes it, when it is first asked for.</param>
    public JsonObject Defined(string name, Func<JsonObject> make)
    {
        if (_begun.Add(name) && !Definitions.ContainsKey(name))
        {
            Definitions[name] = make();
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{name}" };
    }

    /// <summary>One of several; a variable may stand for it.</summary>
    public JsonObject OneOf(params JsonObject[] choices) => Any([.. choices, Defined("variable", () => [])]);

    /// <summary>One of several.</summary>
    public static JsonObject Any(params JsonObject[] choices)
    {
        var flat = choices.SelectMany(choice => choice is { Count: 1 } && choice["anyOf"] is JsonArray inner ? inner.Select(one => one!.DeepClone().AsObject()) : [choice])
            .DistinctBy(choice => choice.ToJsonString()).ToList();
        return flat.Count == 1 ? flat[0] : new JsonObject { ["anyOf"] = new JsonArray([.. flat]) };
    }

    /// <summary>A number within limits, or a number that YAML reads as text.</summary>
    public JsonObject Number(bool isWhole, IReadOnlyList<LimitAttribute> limits)
    {
        var number = new JsonObject { ["type"] = isWhole ? "integer" : "number" };
        foreach (var limit in limits)
        {
            limit.Describe(number);
        }

        return OneOf(number, new JsonObject { ["$ref"] = "#/definitions/number_as_text" });
    }

    /// <summary>Text.</summary>
    public static JsonObject Text() => new() { ["type"] = new JsonArray("string", "number", "boolean") };

    /// <summary>A list.</summary>
    public JsonObject List(JsonObject item) => OneOf(new JsonObject { ["type"] = "array", ["items"] = item });

    /// <summary>A mapping from names.</summary>
    public JsonObject Map(JsonObject value) => OneOf(new JsonObject { ["type"] = "object", ["additionalProperties"] = value });

    /// <summary>A named thing: a bare name, or a mapping of one name to its options.</summary>
    /// <param name="kind">The kind of thing.</param>
    internal JsonObject Thing(Type kind) => Defined(SnakeCase.From(kind.Name), () =>
    {
        var (bare, options) = (new JsonArray(), new JsonObject());
        foreach (var type in Catalog.TypesOf(kind))
        {
            var form = OptionsForm.Of(type);
            var needs = !InPart.Contains(kind) && form.Options.Any(option => option.Required);
            var names = Catalog.NamesOf(kind).Where(name => Catalog.Find(kind, name) == type).OrderBy(name => name != Catalog.NameOf(type));
            foreach (var name in names)
            {
                if (!needs)
                {
                    bare.Add(name);
                }

                var schema = Options(kind, type);
                options[name] = needs ? schema : Any(schema, new JsonObject { ["type"] = "null" });
            }
        }

        var mapping = new JsonObject { ["type"] = "object", ["minProperties"] = 1, ["maxProperties"] = 1, ["additionalProperties"] = false, ["properties"] = options };
        return bare.Count == 0 ? OneOf(mapping) : OneOf(new JsonObject { ["enum"] = bare }, mapping);
    });

    /// <summary>The options of a thing of the catalog.</summary>
    /// <param name="kind">The kind of thing.</param>
    /// <param name="type">The thing.</param>
    internal JsonObject Options(Type kind, Type type) => Defined($"{SnakeCase.From(kind.Name)}_{Catalog.NameOf(type)}", () =>
    {
        var schema = OptionsForm.Of(type).DescribeOptions(this, required: !InPart.Contains(kind), Also.GetValueOrDefault(kind));
        var words = XmlDocs.SummaryOf(type) is { } summary && XmlDocs.ExampleOf(type) is { } example ? $"{summary}\n\nExample: {example}" : XmlDocs.SummaryOf(type);
        if (words is not null)
        {
            schema.Insert(0, "description", words);
        }

        return schema;
    });

    /// <summary>A node as JSON, for defaults.</summary>
    internal static JsonNode? ToJson(Node node) => node switch
    {
        ListNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        MappingNode mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Name, ToJson(entry.Value)))),
        ScalarNode { IsNull: true } => null,
        ScalarNode { Quoted: false, Text: "true" or "false" } truth => truth.Text == "true",
        ScalarNode { Quoted: false } number when long.TryParse(number.Text, System.Globalization.CultureInfo.InvariantCulture, out var whole) => whole,
        ScalarNode { Quoted: false } number when double.TryParse(number.Text, System.Globalization.CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) => real,
        ScalarNode text => text.Text,
        _ => null,
    };
}
