using System.Text.Json;

namespace ExperimentRunner.Engine.Definitions;

/// <summary>Reads JSON as definition nodes, so that Keras's own files and experiment files share one reader.</summary>
public static class JsonNodes
{
    /// <summary>How deep JSON may nest.</summary>
    public const int MaxDepth = 256;

    /// <summary>Reads a JSON text; its places are the name of the source.</summary>
    /// <exception cref="JsonException">The text is no JSON, or nests too deep.</exception>
    public static Node Parse(string json, string sourceName = "(json)")
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
        return From(document.RootElement, new SourceSpan(new SourceText(sourceName, ".", ""), 1, 1));
    }

    /// <summary>Turns a JSON element into a node.</summary>
    public static Node From(JsonElement element, SourceSpan at) => element.ValueKind switch
    {
        JsonValueKind.Object => new MappingNode(
            [.. element.EnumerateObject().Select(property => new Entry(new ScalarNode(property.Name, quoted: true, at), From(property.Value, at)))], at),
        JsonValueKind.Array => new ListNode([.. element.EnumerateArray().Select(item => From(item, at))], at),
        JsonValueKind.String => new ScalarNode(element.GetString()!, quoted: true, at),
        _ => new ScalarNode(element.GetRawText() switch { "NaN" => ".nan", "Infinity" => ".inf", "-Infinity" => "-.inf", var text => text }, quoted: false, at),
    };
}
