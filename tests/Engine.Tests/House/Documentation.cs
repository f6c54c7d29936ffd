using System.Text.RegularExpressions;
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

    /// <summary>The example of a type as its definition, or its bare name when there is none.</summary>
    public static Node Example(Type type)
    {
        var example = Text(type, "example");
        if (example.Length == 0)
        {
            return new ScalarNode(Catalog.NameOf(type), quoted: false, SourceSpan.Nowhere);
        }

        // The examples are YAML on one line; with its words in quotes that is JSON.
        return JsonNodes.Parse($"{{{Regex.Replace(example, @"(?<![\w.""])(?!true\b|false\b|null\b)[A-Za-z_][\w.]*", "\"$0\"")}}}");
    }

    private static string Text(Type type, string part) =>
        Members.TryGetValue($"T:{type.FullName!.Replace('+', '.')}", out var member) ? member.Element(part)?.Value.Trim() ?? "" : "";
}
