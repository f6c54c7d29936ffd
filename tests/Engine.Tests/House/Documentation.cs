using System.Xml.Linq;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Tests.House;

/// <summary>What the engine's own documentation says of its types.</summary>
internal static class Documentation
{
    private static readonly Dictionary<string, XElement> Members = XDocument
        .Load(Path.ChangeExtension(typeof(Catalog).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    public static string Summary(Type type) => Text(type, "summary");

    public static string Remarks(Type type) => Text(type, "remarks");

    /// <summary>The example of a type as it is written; empty when there is none.</summary>
    public static string WrittenExample(Type type) => Text(type, "example");

    /// <summary>The example of a type as its definition, or its bare name when there is none.</summary>
    public static Node Example(Type type) =>
        WrittenExample(type) is { Length: > 0 } example ? new FlowYaml(example).Read() : Scalar(Catalog.NameOf(type), quoted: false);

    private static ScalarNode Scalar(string text, bool quoted) => new(text, quoted, SourceSpan.Nowhere);

    private static string Text(Type type, string part) =>
        Members.TryGetValue($"T:{type.FullName!.Replace('+', '.')}", out var member) ? member.Element(part)?.Value.Trim() ?? "" : "";

    /// <summary>The little of YAML that examples use: values on one line, between braces and brackets.</summary>
    private sealed class FlowYaml(string text)
    {
        private int _at;

        public Node Read()
        {
            var node = Pair();
            Assert.True(_at == text.Length, $"'{text}' goes on after its end");
            return node;
        }

        /// <summary>A value, or a mapping of one key, <c>Dense: { units: 10 }</c>.</summary>
        private Node Pair()
        {
            var value = Value();
            return value is ScalarNode key && Takes(':') ? new MappingNode([new Entry(key, Value())], SourceSpan.Nowhere) : value;
        }

        private Node Value()
        {
            if (Takes('{'))
            {
                return new MappingNode([.. Items('}').Select(item => Assert.Single(Assert.IsType<MappingNode>(item).Entries))], SourceSpan.Nowhere);
            }

            if (Takes('['))
            {
                return new ListNode(Items(']'), SourceSpan.Nowhere);
            }

            var quote = _at < text.Length && text[_at] is '"' or '\'' ? text[_at..(_at + 1)] : null;
            var start = quote is null ? _at : ++_at;
            while (_at < text.Length && (quote is null ? !Ends() : text[_at] != quote[0]))
            {
                _at++;
            }

            var word = text[start.._at];
            _at += quote is null ? 0 : 1;
            Takes(' ');
            return Scalar(quote is null ? word.Trim() : word, quote is not null);
        }

        private List<Node> Items(char end)
        {
            var items = new List<Node>();
            while (!Takes(end))
            {
                items.Add(Pair());
                Assert.True(Takes(',') || text[_at] == end, $"'{text}' lacks a comma at {_at}");
            }

            return items;
        }

        private bool Ends() => text[_at] is ',' or ']' or '}' || (text[_at] == ':' && (_at + 1 == text.Length || text[_at + 1] == ' '));

        private bool Takes(char sign)
        {
            var found = _at < text.Length && text[_at] == sign;
            _at += found ? 1 : 0;
            while (_at < text.Length && text[_at] == ' ')
            {
                _at++;
            }

            return found;
        }
    }
}
