using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Models;

namespace ExperimentRunner.Runner.Runs;

/// <summary>Figures in JSON, which has no word for NaN: that is written as text.</summary>
internal static class JsonFigures
{
    /// <summary>Writes figures as an object.</summary>
    internal static void Write(Utf8JsonWriter json, Logs values)
    {
        json.WriteStartObject();
        foreach (var (name, value) in values)
        {
            json.WritePropertyName(name);
            ToNode(value).WriteTo(json);
        }

        json.WriteEndObject();
    }

    /// <summary>Figures as an object.</summary>
    internal static JsonObject ToObject(IEnumerable<KeyValuePair<string, double>> values) => new(values.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, ToNode(pair.Value))));

    /// <summary>The figures of an object.</summary>
    internal static Logs FromObject(JsonObject values)
    {
        var logs = new Logs();
        foreach (var (name, value) in values)
        {
            logs[name] = value!.GetValueKind() == JsonValueKind.String ? double.Parse((string)value!, CultureInfo.InvariantCulture) : (double)value;
        }

        return logs;
    }

    /// <summary>A figure as JSON.</summary>
    internal static JsonValue ToNode(double value) => value switch
    {
        double.NaN => JsonValue.Create("NaN"),
        double.PositiveInfinity => JsonValue.Create("Infinity"),
        double.NegativeInfinity => JsonValue.Create("-Infinity"),
        _ when value == Math.Truncate(value) && Math.Abs(value) < 1L << 53 => JsonValue.Create((long)value),
        _ => JsonValue.Create(value),
    };

    /// <summary>Reads a figure where the reader stands; what is none is passed over.</summary>
    internal static bool TryRead(ref Utf8JsonReader json, out double value)
    {
        value = double.NaN;
        switch (json.TokenType)
        {
            case JsonTokenType.Number:
                value = json.GetDouble();
                return true;
            case JsonTokenType.String when json.ValueTextEquals("NaN"u8):
                return true;
            case JsonTokenType.String when json.ValueTextEquals("Infinity"u8):
                value = double.PositiveInfinity;
                return true;
            case JsonTokenType.String when json.ValueTextEquals("-Infinity"u8):
                value = double.NegativeInfinity;
                return true;
            default:
                json.Skip();
                return false;
        }
    }

    /// <summary>A figure of an object; null where there is none.</summary>
    internal static double? From(JsonNode? node) => node is not JsonValue value ? null
        : value.TryGetValue<double>(out var number) ? number
        : !value.TryGetValue<string>(out var text) ? null
        : text switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => null };
}
