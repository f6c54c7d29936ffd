using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Saving;

/// <summary>JSON as Python writes it: what is read from files may have any form, so nothing is taken for granted.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a JSON object.</summary>
    /// <exception cref="FileProblem">It is none.</exception>
    internal static JsonObject Parse(string text, string what)
    {
        try
        {
            return JsonNode.Parse(WithoutPythonNumbers(text), documentOptions: new JsonDocumentOptions { MaxDepth = JsonNodes.MaxDepth, AllowDuplicateProperties = false }) as JsonObject
                ?? throw new FileProblem($"{what} is no JSON object.");
        }
        catch (JsonException broken)
        {
            throw new FileProblem($"{what} is no JSON: {broken.Message}");
        }
    }

    /// <summary>The JSON in a JSON text, which <c>json.dump(model.to_json(), file)</c> makes; other JSON as it is.</summary>
    internal static string Unquoted(string json)
    {
        try
        {
            return json.AsSpan().TrimStart() is ['"', ..] ? JsonNode.Parse(json).AsText() ?? json : json;
        }
        catch (JsonException)
        {
            return json;
        }
    }

    /// <summary>Writes JSON on one line.</summary>
    internal static string Write(JsonNode node) => WithPythonNumbers(node.ToJsonString(Plain));

    /// <summary>The text of a name, or null.</summary>
    internal static string? Text(this JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The object of a name, or null.</summary>
    internal static JsonObject? Object(this JsonObject json, string name) => json[name] as JsonObject;

    /// <summary>The list of a name, or null.</summary>
    internal static JsonArray? List(this JsonObject json, string name) => json[name] as JsonArray;

    /// <summary>The truth of a name, or null.</summary>
    internal static bool? Flag(this JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>The whole number that a node is, or null.</summary>
    internal static int? Whole(this JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    /// <summary>The text that a node is, or null.</summary>
    internal static string? AsText(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Gives a value another name, where it stands.</summary>
    internal static void Rename(this JsonObject json, string old, string now)
    {
        if (json.TryGetPropertyValue(old, out var value))
        {
            json.Remove(old);
            if (!json.ContainsKey(now))
            {
                json[now] = value?.DeepClone();
            }
        }
    }

    /// <summary>The same as a definition's node.</summary>
    internal static Node ToNode(JsonNode? json, SourceSpan at) => json switch
    {
        null => new ScalarNode("null", quoted: false, at),
        JsonObject map => new MappingNode([.. map.Select(pair => new Entry(new ScalarNode(pair.Key, quoted: true, at), ToNode(pair.Value, at)))], at),
        JsonArray list => new ListNode([.. list.Select(item => ToNode(item, at))], at),
        JsonValue value when value.TryGetValue<string>(out var text) => text.StartsWith(PythonNumber, StringComparison.Ordinal)
            ? new ScalarNode(text[PythonNumber.Length..] switch { "NaN" => ".nan", "Infinity" => ".inf", _ => "-.inf" }, quoted: false, at)
            : new ScalarNode(text, quoted: true, at),
        _ => new ScalarNode(json.ToJsonString(), quoted: false, at),
    };

    /// <summary>A definition's node as JSON.</summary>
    internal static JsonNode? FromNode(Node node)
    {
        switch (node)
        {
            case MappingNode map:
                var json = new JsonObject();
                foreach (var entry in map.Entries)
                {
                    json[entry.Name] = FromNode(entry.Value);
                }

                return json;
            case ListNode list:
                return new JsonArray([.. list.Items.Select(FromNode)]);
            case ScalarNode { Quoted: false } scalar:
                return scalar.IsNull ? null : scalar.Text switch
                {
                    "true" => true,
                    "false" => false,
                    ".nan" => PythonNumber + "NaN",
                    ".inf" => PythonNumber + "Infinity",
                    "-.inf" => PythonNumber + "-Infinity",
                    var text => TryNumber(text) ?? text,
                };
            default:
                return ((ScalarNode)node).Text;
        }
    }

    private const string PythonNumber = "\u0001number:";

    private static JsonNode? TryNumber(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Python writes NaN and Infinity as they are, which is no JSON: here they become marked texts.</summary>
    private static string WithoutPythonNumbers(string text)
    {
        if (!text.Contains("NaN", StringComparison.Ordinal) && !text.Contains("Infinity", StringComparison.Ordinal))
        {
            return text;
        }

        var inText = false;
        var clean = new System.Text.StringBuilder(text.Length + 32);
        for (var i = 0; i < text.Length; i++)
        {
            var word = inText ? null : Array.Find(["NaN", "Infinity", "-Infinity"], word => string.CompareOrdinal(text, i, word, 0, word.Length) == 0);
            if (word is not null)
            {
                clean.Append(@"""\u0001number:").Append(word).Append('"');
                i += word.Length - 1;
                continue;
            }

            clean.Append(text[i]);
            if (inText && text[i] == '\\' && i + 1 < text.Length)
            {
                clean.Append(text[++i]);
            }
            else if (text[i] == '"')
            {
                inText = !inText;
            }
        }

        return clean.ToString();
    }

    private static string WithPythonNumbers(string json)
    {
        const string marked = @"""\u0001number:";
        for (var at = json.IndexOf(marked, StringComparison.Ordinal); at >= 0; at = json.IndexOf(marked, at, StringComparison.Ordinal))
        {
            var end = json.IndexOf('"', at + marked.Length);
            json = string.Concat(json.AsSpan(0, at), json.AsSpan(at + marked.Length, end - at - marked.Length), json.AsSpan(end + 1));
        }

        return json;
    }
}
