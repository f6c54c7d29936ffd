using System.Globalization;
using System.Text.Json;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Runner.Serving;

/// <summary>
/// What is asked of a model, in the forms of TensorFlow Serving: <c>instances</c>, an element for each example, or <c>inputs</c>, an
/// element for each input of the model.
/// </summary>
internal sealed class PredictRequest : IDisposable
{
    private const string Instances = "instances";
    private const string Inputs = "inputs";
    private const string Signature = "signature_name";
    private const string OnlySignature = "serving_default";
    private static readonly string[] Keys = [Instances, Inputs, Signature];
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonDocument _json;
    private readonly JsonElement _examples;

    private PredictRequest(JsonDocument json, bool byRow, JsonElement examples) => (_json, ByRow, _examples) = (json, byRow, examples);

    /// <summary>Whether it gives an element for each example, and is answered so.</summary>
    internal bool ByRow { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="body">The JSON.</param>
    /// <exception cref="RequestException">It is no such request.</exception>
    internal static PredictRequest Read(ReadOnlyMemory<byte> body)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(body, Strict);
        }
        catch (JsonException broken)
        {
            throw new RequestException(
                broken is { LineNumber: { } line, BytePositionInLine: { } at }
                    ? string.Create(CultureInfo.InvariantCulture, $"The request is no JSON: line {line + 1}, byte {at + 1}: {Words(broken)}")
                    : $"The request is no JSON: {Words(broken)}",
                broken);
        }

        catch (InvalidOperationException broken) // a name with half a surrogate pair
        {
            throw new RequestException("The request is no JSON: a name is no Unicode.", broken);
        }

        try
        {
            return Understand(json);
        }
        catch
        {
            json.Dispose();
            throw;
        }
    }

    /// <summary>The arrays that it gives, by name; <paramref name="only"/> names one that has none. Numbers belong to the caller's scope.</summary>
    /// <param name="only">The input's name where only values are given; null where the model has several.</param>
    /// <exception cref="RequestException">They are no arrays.</exception>
    internal IEnumerable<KeyValuePair<string, ArrayValues>> Arrays(string? only) => ByRow ? OfRows(only) : OfColumns(only);

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private static PredictRequest Understand(JsonDocument json)
    {
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new RequestException("The request is no mapping. Expected {\"instances\": [ … ]} or {\"inputs\": … }.");
        }

        foreach (var key in root.EnumerateObject().Select(pair => pair.Name).Where(key => !Keys.Contains(key, StringComparer.Ordinal)))
        {
            throw new RequestException($"A request has no '{key}'.{NearestName.Hint(key, Keys)} Expected instances or inputs.");
        }

        if (root.TryGetProperty(Signature, out var signature) && !(signature.ValueKind == JsonValueKind.String && signature.ValueEquals(OnlySignature)))
        {
            throw new RequestException($"{Signature} is {signature.GetRawText()}. A model here has one, \"{OnlySignature}\".");
        }

        var (byRow, byColumn) = (root.TryGetProperty(Instances, out var rows), root.TryGetProperty(Inputs, out var columns));
        if (byRow == byColumn)
        {
            throw new RequestException(byRow ? "The request has both instances and inputs. Expected one of them." : "The request has neither instances nor inputs.");
        }

        return byRow && rows.ValueKind != JsonValueKind.Array ? throw new RequestException("instances is no list. Expected an element for each example.")
            : new PredictRequest(json, byRow, byRow ? rows : columns);
    }

    private IEnumerable<KeyValuePair<string, ArrayValues>> OfRows(string? only)
    {
        var rows = _examples.EnumerateArray().ToList();
        if (rows.Count == 0)
        {
            throw new RequestException("instances is empty. Expected an element for each example.");
        }

        if (rows[0].ValueKind != JsonValueKind.Object)
        {
            yield return KeyValuePair.Create(Named(only, Instances + "[0]"), NestedArray.Of(rows, row => $"{Instances}[{row}]"));
            yield break;
        }

        var names = rows[0].EnumerateObject().Select(pair => pair.Name).ToList();
        for (var row = 1; row < rows.Count; row++)
        {
            Compare(rows[row], row, names);
        }

        foreach (var name in names)
        {
            yield return KeyValuePair.Create(name, NestedArray.Of(rows.ConvertAll(row => row.GetProperty(name)), row => $"{Instances}[{row}].{name}"));
        }
    }

    private static void Compare(JsonElement row, int number, List<string> names)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new RequestException($"{Instances}[{number}] is no mapping, where {Instances}[0] is one.");
        }

        if (names.Find(name => !row.TryGetProperty(name, out _)) is { } missing)
        {
            throw new RequestException($"{Instances}[{number}] has no '{missing}', which {Instances}[0] has.");
        }

        foreach (var pair in row.EnumerateObject().Where(pair => !names.Contains(pair.Name)))
        {
            throw new RequestException($"{Instances}[{number}] has '{pair.Name}', which {Instances}[0] has not.");
        }
    }

    private IEnumerable<KeyValuePair<string, ArrayValues>> OfColumns(string? only)
    {
        if (_examples.ValueKind != JsonValueKind.Object)
        {
            yield return KeyValuePair.Create(Named(only, Inputs), Column(_examples, Inputs));
            yield break;
        }

        foreach (var pair in _examples.EnumerateObject())
        {
            yield return KeyValuePair.Create(pair.Name, Column(pair.Value, $"{Inputs}.{pair.Name}"));
        }
    }

    private static ArrayValues Column(JsonElement values, string place) => values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0
        ? NestedArray.Of([.. values.EnumerateArray()], row => $"{place}[{row}]")
        : throw new RequestException($"{place} is no list of examples. Expected an element for each.");

    private static string Named(string? only, string place) =>
        only ?? throw new RequestException($"{place} does not say which input it is for. Expected a mapping from the model's inputs.");

    /// <summary>What the reader says, without the place that it puts behind.</summary>
    private static string Words(JsonException broken) => broken.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
}
