using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>What the documentation of the code says of a type or an option, from the file that the compiler puts beside the assembly.</summary>
internal static partial class XmlDocs
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Known = new();

    /// <summary>The summary of a type or a member, in one line; null where none is to be had.</summary>
    internal static string? SummaryOf(MemberInfo member) => Part(member, "summary");

    /// <summary>The example of a type; null where there is none.</summary>
    internal static string? ExampleOf(Type type) => Part(type, "example");

    private static string? Part(MemberInfo member, string part)
    {
        var type = member as Type ?? member.DeclaringType!;
        var name = (type.FullName ?? type.Name).Replace('+', '.');
        var key = member switch
        {
            Type => $"T:{name}",
            PropertyInfo => $"P:{name}.{member.Name}",
            _ => $"F:{name}.{member.Name}",
        };
        return Known.GetOrAdd(type.Assembly, Read).TryGetValue(key, out var docs) && docs.Element(part) is { } element
            ? Space().Replace(Text(element), " ").Trim()
            : null;
    }

    private static string Text(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" } link => (link.Attribute("cref") ?? link.Attribute("langword") ?? link.Attribute("name"))?.Value is { } to ? to[(to.LastIndexOfAny(['.', ':']) + 1)..] : "",
        XElement inner => Text(inner),
        _ => "",
    }));

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        try
        {
            return XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
                .GroupBy(member => member.Attribute("name")?.Value ?? "", StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or XmlException or ArgumentException)
        {
            return [];
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
