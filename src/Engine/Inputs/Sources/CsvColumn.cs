using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>A column of a table while it is read: whole numbers until a cell is none, then other numbers; text when the first cell is no number.</summary>
internal sealed class CsvColumn
{
    private readonly string _missing;
    private readonly byte[] _missingBytes;
    private readonly CsvColumnKind? _known;
    private List<long>? _whole = [];
    private List<float>? _real;
    private List<string>? _text;
    private bool _begun;
    private long _row;

    /// <summary>Begins to read a column of which nothing is known.</summary>
    internal CsvColumn(string name, bool isText, string missing)
    {
        (Name, _missing, _missingBytes) = (name, missing, Encoding.UTF8.GetBytes(missing));
        if (isText)
        {
            (_whole, _text) = (null, []);
        }

        Kind = new CsvColumnKind(isText ? DataType.String : DataType.Int64, 0);
    }

    /// <summary>Begins to read a column of a known kind at some row.</summary>
    internal CsvColumn(string name, CsvColumnKind kind, long row, string missing)
    {
        (Name, _known, Kind, _row, _missing, _missingBytes, _begun) = (name, kind, kind, row, missing, Encoding.UTF8.GetBytes(missing), true);
        (_whole, _real, _text) = kind.Type switch
        {
            DataType.String => ((List<long>?)null, (List<float>?)null, new List<string>()),
            DataType.Float32 => (null, [], null),
            _ => (new List<long>(), null, null),
        };
    }

    internal string Name { get; }

    /// <summary>What the column is, as far as its cells have told.</summary>
    internal CsvColumnKind Kind { get; private set; }

    /// <summary>Takes a cell in UTF-8; false when it is no number where the others are.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> cell)
    {
        if (_text is null && PlainNumber.TryRead(cell, out var number) && !(_missingBytes.Length > 0 && cell.SequenceEqual(_missingBytes)))
        {
            if (_real is null && number.IsWhole)
            {
                _whole!.Add(number.Whole);
                (_row, _begun) = (_row + 1, true);
                return true;
            }

            if ((!number.IsWhole || !(_row < _known?.Since)) && number.TryFloat(out var real))
            {
                (_real ?? Real(_row)).Add(real);
                (_row, _begun) = (_row + 1, true);
                return true;
            }
        }

        return TryAdd(Encoding.UTF8.GetString(cell).AsSpan());
    }

    /// <summary>Takes a cell; false when it is no number where the others are.</summary>
    internal bool TryAdd(ReadOnlySpan<char> cell)
    {
        var row = _row++;
        if (_text is not null)
        {
            _text.Add(row < Kind.Since || cell.SequenceEqual(_missing) ? "" : cell.ToString());
            return true;
        }

        if (cell.IsWhiteSpace() || cell.SequenceEqual(_missing))
        {
            Real(row).Add(float.NaN);
            return true;
        }

        if ((_real is null || row < _known?.Since) && long.TryParse(cell, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole))
        {
            if (_real is null)
            {
                _whole!.Add(whole);
            }
            else
            {
                _real.Add(whole);
            }
        }
        else if (float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
        {
            Real(row).Add(real);
        }
        else if (_begun)
        {
            return false;
        }
        else
        {
            _text = [.. Enumerable.Repeat("", Real(row).Count), cell.ToString()]; // all before it were empty
            _real = null;
            Kind = new CsvColumnKind(DataType.String, row);
        }

        _begun = true;
        return true;
    }

    /// <summary>Lets go of what was read; what the column is stays.</summary>
    internal void Forget()
    {
        _whole?.Clear();
        _real?.Clear();
        _text?.Clear();
    }

    /// <summary>Puts the numbers into one column of a table of numbers.</summary>
    /// <param name="table">The table from the column's first number on.</param>
    /// <param name="width">How many numbers a row of it has.</param>
    internal void CopyTo(Span<float> table, int width)
    {
        var whole = CollectionsMarshal.AsSpan(_whole);
        var real = CollectionsMarshal.AsSpan(_real);
        for (var i = 0; i < Math.Max(whole.Length, real.Length); i++)
        {
            table[i * width] = _real is null ? whole[i] : real[i];
        }
    }

    internal ArrayValues ToValues() => _text is not null ? new ArrayValues(new TextArray([.. _text], _text.Count))
        : new ArrayValues(_real is not null ? tensor(_real.ToArray()) : tensor(_whole!.ToArray()));

    private List<float> Real(long row)
    {
        if (_real is null)
        {
            _real = [.. _whole!.Select(number => (float)number)];
            _whole = null;
            Kind = new CsvColumnKind(DataType.Float32, row);
        }

        return _real;
    }
}

/// <summary>What a column of a table is.</summary>
/// <param name="Type">Text, whole numbers or other numbers.</param>
/// <param name="Since">The first row that told so: before it, numbers are whole, and texts are nothing.</param>
internal sealed record CsvColumnKind(DataType Type, long Since);
