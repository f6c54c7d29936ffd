using System.Globalization;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>A column of a table while it is read: whole numbers until a cell is none, then other numbers; text when the first cell is no number.</summary>
internal sealed class CsvColumn
{
    private readonly string _missing;
    private List<long>? _whole = [];
    private List<float>? _real;
    private List<string>? _text;
    private bool _begun;

    internal CsvColumn(string name, bool isText, string missing)
    {
        (Name, _missing) = (name, missing);
        if (isText)
        {
            (_whole, _text) = (null, []);
        }
    }

    internal string Name { get; }

    /// <summary>Takes a cell; false when it is no number where the others are.</summary>
    internal bool TryAdd(ReadOnlySpan<char> cell)
    {
        if (_text is not null)
        {
            _text.Add(cell.SequenceEqual(_missing) ? "" : cell.ToString());
            return true;
        }

        if (cell.IsWhiteSpace() || cell.SequenceEqual(_missing))
        {
            Real().Add(float.NaN);
            return true;
        }

        if (_real is null && long.TryParse(cell, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole))
        {
            _whole!.Add(whole);
        }
        else if (float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
        {
            Real().Add(real);
        }
        else if (_begun)
        {
            return false;
        }
        else
        {
            _text = [.. Enumerable.Repeat("", Real().Count), cell.ToString()]; // all before it were empty
            _real = null;
        }

        _begun = true;
        return true;
    }

    internal ArrayValues ToValues() => _text is not null ? new ArrayValues(new TextArray([.. _text], _text.Count))
        : new ArrayValues(_real is not null ? tensor(_real.ToArray()) : tensor(_whole!.ToArray()));

    private List<float> Real()
    {
        if (_real is null)
        {
            _real = [.. _whole!.Select(number => (float)number)];
            _whole = null;
        }

        return _real;
    }
}
