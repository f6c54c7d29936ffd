using System.Globalization;
using System.Text.Json.Nodes;

namespace ExperimentRunner.Engine.Definitions.Forms;

/// <summary>What the forms of single values share: they write the spelling that was read.</summary>
internal abstract class ScalarForm : Form
{
    public sealed override Node Write(object? value, Node? source, Dialect dialect) => source is ScalarNode scalar
        ? scalar.Written is { } written ? new ScalarNode(written, quoted: false, scalar.At) : scalar
        : Spell(value!);

    protected abstract ScalarNode Spell(object value);

    protected static ScalarNode Plain(string text) => new(text, quoted: false, SourceSpan.Nowhere);

    protected static ScalarNode Text(string text) => new(text, quoted: true, SourceSpan.Nowhere);
}

/// <summary>A whole number: <c>128</c>, or <c>2e3</c> where that is whole.</summary>
internal sealed class WholeNumberForm(Type type) : ScalarForm
{
    public override string Expected => "a whole number";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.Number(isWhole: true, limits);

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not ScalarNode { Quoted: false } scalar || !TryParse(scalar.Text, out var number))
        {
            return reading.Mismatch(node, Expected);
        }

        if (type == typeof(int) && number is < int.MinValue or > int.MaxValue)
        {
            return reading.Fail(node, $"{reading.Last} is {scalar.Text}, which is too large.", $"a whole number from {int.MinValue} to {int.MaxValue}");
        }

        value = type == typeof(int) ? (object)(int)number : number;
        return true;
    }

    protected override ScalarNode Spell(object value) => Plain(Convert.ToString(value, CultureInfo.InvariantCulture)!);

    private static bool TryParse(string text, out long number)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        if (NumberForm.TryParse(text, out var real) && Math.Abs(real) < 1L << 53 && real == Math.Truncate(real))
        {
            number = (long)real;
            return true;
        }

        return false;
    }
}

/// <summary>A number: <c>0.25</c>, <c>1e-3</c>, or a fraction such as <c>1/255</c>.</summary>
internal sealed class NumberForm : ScalarForm
{
    public override string Expected => "a number";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.Number(isWhole: false, limits);

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not ScalarNode { Quoted: false } scalar || !TryParse(scalar.Text, out var number))
        {
            return reading.Mismatch(node, Expected);
        }

        value = number;
        return true;
    }

    protected override ScalarNode Spell(object value) => Plain(((double)value) switch
    {
        double.PositiveInfinity => ".inf",
        double.NegativeInfinity => "-.inf",
        double.NaN => ".nan",
        var number => number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant() is var text && text.AsSpan().IndexOfAny('.', 'e') < 0 ? text + ".0" : text,
    });

    internal static bool TryParse(string text, out double number)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && TryParseOne(text[..slash].Trim(), out var above) && TryParseOne(text[(slash + 1)..].Trim(), out var below) && below != 0)
        {
            number = above / below;
            return true;
        }

        return TryParseOne(text, out number);
    }

    private static bool TryParseOne(string text, out double number)
    {
        switch (text)
        {
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                number = double.PositiveInfinity;
                return true;
            case "-.inf" or "-.Inf" or "-.INF":
                number = double.NegativeInfinity;
                return true;
            case ".nan" or ".NaN" or ".NAN":
                number = double.NaN;
                return true;
            default:
                return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
                    && double.IsFinite(number);
        }
    }
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class BooleanForm : ScalarForm
{
    public override string Expected => "true or false";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.OneOf(new JsonObject { ["type"] = "boolean" });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not ScalarNode { Quoted: false, Text: "true" or "false" } scalar)
        {
            return reading.Mismatch(node, Expected);
        }

        value = scalar.Text == "true";
        return true;
    }

    protected override ScalarNode Spell(object value) => Plain((bool)value ? "true" : "false");
}

/// <summary>Text. Where text is expected, <c>no</c>, <c>on</c> and <c>007</c> are text too.</summary>
internal sealed class TextForm : ScalarForm
{
    public override string Expected => "text";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => SchemaBook.Text();

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            return reading.Mismatch(node, node is MappingNode ? "text; if '{' begins text, quote it" : Expected);
        }

        value = scalar.Text;
        return true;
    }

    protected override ScalarNode Spell(object value) => Text((string)value);
}

/// <summary>One of a few words: the members of an enumeration.</summary>
internal sealed class ChoiceForm : ScalarForm
{
    private readonly (string Name, object Value)[] _words;
    private readonly Dictionary<string, object> _readable = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _refused;

    internal ChoiceForm(Type type)
    {
        _refused = Attribute.GetCustomAttributes(type).OfType<RefusedChoiceAttribute>().ToDictionary(choice => choice.Name, choice => choice.Reason);
        var words = new List<(string, object)>();
        foreach (var field in type.GetFields().Where(field => field.IsLiteral))
        {
            var value = field.GetRawConstantValue() is var raw ? Enum.ToObject(type, raw!) : null!;
            var name = (KerasNameAttribute?)Attribute.GetCustomAttribute(field, typeof(KerasNameAttribute));
            words.Add((name?.Name ?? SnakeCase.From(field.Name), value));
            foreach (var word in (name?.Aliases ?? []).Prepend(words[^1].Item1))
            {
                _readable.Add(word, value);
            }
        }

        _words = [.. words];
    }

    public override string Expected => $"one of {string.Join(", ", _words.Select(word => word.Name))}";

    public override JsonObject Describe(SchemaBook book, IReadOnlyList<LimitAttribute> limits) => book.OneOf(new JsonObject { ["enum"] = new JsonArray([.. _readable.Keys.Order(StringComparer.Ordinal).Select(word => JsonValue.Create(word))]) });

    public override bool TryRead(Node node, Reading reading, out object? value)
    {
        value = null;
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            return reading.Mismatch(node, Expected);
        }

        return _readable.TryGetValue(scalar.Text, out value)
            || (_refused.TryGetValue(scalar.Text, out var reason) && reading.Fail(node, $"{reading.Last} cannot be '{scalar.Text}': {reason}.", Expected))
            || (reason is null && reading.Fail(node, $"{reading.Last} cannot be '{scalar.Text}'.{NearestName.Hint(scalar.Text, _readable.Keys)}", Expected));
    }

    protected override ScalarNode Spell(object value) => Text(Array.Find(_words, word => word.Value.Equals(value)).Name);
}
