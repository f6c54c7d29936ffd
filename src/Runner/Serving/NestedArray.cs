using System.Globalization;
using System.Text.Json;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Runner.Serving;

/// <summary>An array out of nested lists of JSON: its shape is that of the first element, and all others must have it too.</summary>
internal sealed class NestedArray
{
    private readonly List<JsonElement> _rows;
    private readonly Func<int, string> _place;
    private readonly List<long> _shape;
    private readonly JsonValueKind _kind;
    private readonly List<int> _path = [];
    private readonly List<string> _text = [];
    private readonly List<long> _whole = [];
    private readonly List<double> _numbers = [];

    private NestedArray(List<JsonElement> rows, Func<int, string> place)
    {
        (_rows, _place, _shape) = (rows, place, [rows.Count]);
        var first = rows[0];
        for (; first.ValueKind == JsonValueKind.Array && first.GetArrayLength() > 0; first = first[0])
        {
            _shape.Add(first.GetArrayLength());
        }

        _kind = KindOf(first);
    }

    /// <summary>The array of these rows; numbers belong to the caller's scope.</summary>
    /// <param name="rows">An element for each example.</param>
    /// <param name="place">How the row of a number is called, as <c>instances[3].x</c>.</param>
    /// <exception cref="RequestException">They do not make an array.</exception>
    internal static ArrayValues Of(List<JsonElement> rows, Func<int, string> place)
    {
        var array = new NestedArray(rows, place);
        for (var row = 0; row < rows.Count; row++)
        {
            array._path.Clear();
            array.Add(row, rows[row], axis: 1);
        }

        return array.ToValues();
    }

    private void Add(int row, JsonElement element, int axis)
    {
        if (axis == _shape.Count)
        {
            AddLeaf(row, element);
            return;
        }

        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != _shape[axis])
        {
            throw new RequestException($"{PlaceOf(row)} is {Said(element)}, where {PlaceOfFirst()} is a list of {_shape[axis]}.");
        }

        _path.Add(0);
        foreach (var inner in element.EnumerateArray())
        {
            Add(row, inner, axis + 1);
            _path[^1]++;
        }

        _path.RemoveAt(_path.Count - 1);
    }

    private void AddLeaf(int row, JsonElement element)
    {
        if (KindOf(element) is not (JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True))
        {
            throw new RequestException($"{PlaceOf(row)} is {Said(element)}, where a number or text is due.");
        }

        if (KindOf(element) != _kind)
        {
            throw new RequestException($"{PlaceOf(row)} is {Said(element)}, where the ones before are {(_kind == JsonValueKind.String ? "text" : _kind == JsonValueKind.Number ? "numbers" : "true or false")}.");
        }

        if (_kind == JsonValueKind.String)
        {
            _text.Add(TextOf(row, element));
            return;
        }

        var number = _kind == JsonValueKind.Number ? element.GetDouble() : element.GetBoolean() ? 1 : 0;
        if (!float.IsFinite((float)number))
        {
            throw new RequestException($"{PlaceOf(row)} is {element.GetRawText()}, which is too large a number.");
        }

        _numbers.Add(number);
        if (_whole.Count == _numbers.Count - 1 && IsWhole(element, out var whole))
        {
            _whole.Add(whole);
        }
    }

    private string TextOf(int row, JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException broken) // half a surrogate pair
        {
            throw new RequestException($"{PlaceOf(row)} is text that is no Unicode.", broken);
        }
    }

    /// <summary>The array: of whole numbers where all are whole, as a table's column is.</summary>
    private ArrayValues ToValues()
    {
        long[] shape = [.. _shape];
        return _kind == JsonValueKind.String ? new ArrayValues(new TextArray([.. _text], shape))
            : _kind == JsonValueKind.True ? new ArrayValues(tensor(_numbers.ToArray()).reshape(shape).to_type(ScalarType.Bool))
            : _whole.Count == _numbers.Count ? new ArrayValues(tensor(_whole.ToArray()).reshape(shape))
            : new ArrayValues(tensor(_numbers.ToArray()).reshape(shape).to_type(ScalarType.Float32));
    }

    private static bool IsWhole(JsonElement element, out long whole)
    {
        whole = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out whole);
    }

    private static JsonValueKind KindOf(JsonElement element) => element.ValueKind == JsonValueKind.False ? JsonValueKind.True : element.ValueKind;

    private string PlaceOf(int row) => _place(row) + string.Concat(_path.Select(index => string.Create(CultureInfo.InvariantCulture, $"[{index}]")));

    private string PlaceOfFirst() => _place(0) + string.Concat(Enumerable.Repeat("[0]", _path.Count));

    private static string Said(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.GetArrayLength() == 0 ? "an empty list" : $"a list of {element.GetArrayLength()}",
        JsonValueKind.Object => "a mapping",
        JsonValueKind.String => "text",
        JsonValueKind.Null => "null",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "a number",
    };
}
