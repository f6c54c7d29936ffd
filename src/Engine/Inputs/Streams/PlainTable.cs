using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using ExperimentRunner.Engine.Inputs.Sources;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>
/// A table in UTF-8 without quotation marks: a line is a row, and a delimiter ends a cell, whatever stands around. Numbers are read from the
/// bytes of the file as they are. Where it meets anything else it ends, and is not readable.
/// </summary>
internal sealed class PlainTable : CsvTable
{
    private const int MaxRow = 1 << 28;
    private const int MostRows = 32; // at once, column by column, so that a column stays near the processor
    private static readonly SearchValues<byte> Strange = SearchValues.Create("\"\0"u8);
    private static readonly char[] Delimiters = [',', '\t', ';', '|'];

    private readonly string _path;
    private readonly Stream _content;
    private readonly byte _delimiter;
    private readonly Row[] _rows = new Row[MostRows];
    private byte[] _buffer = new byte[1 << 19];
    private int[] _ends = new int[64];
    private int _start;
    private int _end;
    private bool _isOver;
    private bool _isReadable = true;

    private PlainTable(string path, Stream content, byte delimiter, CsvColumn?[] columns) =>
        (_path, _content, _delimiter, Columns) = (path, content, delimiter, columns);

    /// <inheritdoc/>
    internal override CsvColumn?[] Columns { get; }

    /// <inheritdoc/>
    internal override bool IsReadable => _isReadable;

    /// <summary>Opens a table after its header; null where it is another kind of table.</summary>
    /// <exception cref="DataException">The header is not that of a table.</exception>
    internal static PlainTable? TryOpen(CsvSource source, string path, Func<Stream> open, Stream content)
    {
        var (columns, names) = source.Header(path, open());
        var table = new PlainTable(path, content, 0, columns);
        if (!table.TryLine(out var header, out _) || !table._isReadable || names.Count < 2)
        {
            return null;
        }

        var written = Encoding.UTF8.GetString(header.StartsWith("\uFEFF"u8) ? header[3..] : header);
        char[] known = source.FieldDelim is { } said ? [said[0]] : Delimiters;
        var delimiter = Array.Find(known, one => char.IsAscii(one) && written == string.Join(one, names));
        return delimiter == 0 ? null : new PlainTable(path, content, (byte)delimiter, columns) { _buffer = table._buffer, _start = table._start, _end = table._end, _isOver = table._isOver };
    }

    /// <summary>The table from a row on.</summary>
    /// <param name="content">What stands from there on; it is closed in the end.</param>
    /// <param name="line">The line that it begins at.</param>
    internal PlainTable At(Stream content, long line) => new(_path, content, _delimiter, Columns) { Line = line };

    /// <inheritdoc/>
    internal override int Read(CsvColumn?[] columns, int most)
    {
        var done = 0;
        while (done < most && Gather(columns.Length, Math.Min(MostRows, most - done)) is > 0 and var rows)
        {
            Add(columns, rows);
            done += rows;
        }

        return done;
    }

    /// <inheritdoc/>
    public override void Dispose() => _content.Dispose();

    /// <summary>Finds rows and their cells, as many as the buffer has whole; at least one where there is one.</summary>
    private int Gather(int width, int most)
    {
        var (count, cells) = (0, 0);
        while (count < most && (count == 0 || HasLine()) && TryLine(out var line, out var bytes))
        {
            if (!IsEmpty(line))
            {
                var start = _start - bytes;
                var found = Split(line, start, cells);
                if (found != width)
                {
                    if (count > 0)
                    {
                        _start = start; // those before may have a mistake of their own
                        return count;
                    }

                    throw Uneven(_path, Line, found, width);
                }

                _rows[count++] = new Row(start, cells, Line);
                cells += found;
            }

            Line += bytes > line.Length ? 1 : 0;
            Bytes += bytes;
        }

        return count;
    }

    /// <summary>Puts the cells of the rows that were found into columns.</summary>
    private void Add(CsvColumn?[] columns, int rows)
    {
        var bad = -1;
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i] is not { } column)
            {
                continue;
            }

            for (var k = 0; k < rows; k++)
            {
                if (!column.TryAdd(Cell(_rows[k], i)))
                {
                    (bad, rows) = (i, k); // in a row before it, a later column may have a mistake too
                }
            }
        }

        if (bad >= 0)
        {
            throw NoNumber(_path, _rows[rows].Line, Encoding.UTF8.GetString(Cell(_rows[rows], bad)), columns[bad]!.Name);
        }
    }

    private ReadOnlySpan<byte> Cell(Row row, int column)
    {
        var from = column == 0 ? row.Start : _ends[row.Cells + column - 1] + 1;
        return _buffer.AsSpan(from, _ends[row.Cells + column] - from);
    }

    /// <summary>Notes where the cells of a row end in the buffer; the result is how many there are.</summary>
    /// <param name="row">The row.</param>
    /// <param name="start">Where it begins in the buffer.</param>
    /// <param name="first">The place for the end of the first.</param>
    private int Split(ReadOnlySpan<byte> row, int start, int first)
    {
        var (next, at) = (first, 0);
        var delimiters = Vector256.Create(_delimiter);
        while (at < row.Length)
        {
            var mask = row.Length - at >= Vector256<byte>.Count
                ? Vector256.Equals(Vector256.Create(row[at..]), delimiters).ExtractMostSignificantBits()
                : RestMask(row[at..]);
            if (_ends.Length < next + Vector256<byte>.Count + 1)
            {
                Array.Resize(ref _ends, 2 * (next + Vector256<byte>.Count + 1));
            }

            while (mask != 0)
            {
                _ends[next++] = start + at + BitOperations.TrailingZeroCount(mask);
                mask &= mask - 1;
            }

            at += Vector256<byte>.Count;
        }

        _ends[next++] = start + row.Length;
        return next - first;
    }

    private bool HasLine() => _buffer.AsSpan(_start, _end - _start).Contains((byte)'\n');

    private uint RestMask(ReadOnlySpan<byte> rest)
    {
        var mask = 0u;
        for (var i = 0; i < rest.Length; i++)
        {
            mask |= rest[i] == _delimiter ? 1u << i : 0;
        }

        return mask;
    }

    /// <summary>The next line, without its end, and how many bytes it has with it; false where there is no more.</summary>
    private bool TryLine(out ReadOnlySpan<byte> line, out int bytes)
    {
        var length = 0; // what was looked through
        while (true)
        {
            var found = _buffer.AsSpan(_start + length, _end - _start - length).IndexOf((byte)'\n');
            if (found >= 0 || (_isOver && _start < _end))
            {
                bytes = found >= 0 ? length + found + 1 : _end - _start;
                line = _buffer.AsSpan(_start, found >= 0 ? bytes - 1 : bytes);
                line = line is [.., (byte)'\r'] ? line[..^1] : line;
                _start += bytes;
                _isReadable &= !line.Contains((byte)'\r');
                return _isReadable;
            }

            length = _end - _start;
            if (_isOver || !_isReadable)
            {
                line = default;
                bytes = 0;
                return false;
            }

            Fill();
        }
    }

    private void Fill()
    {
        var rest = _end - _start;
        if (rest == _buffer.Length)
        {
            Array.Resize(ref _buffer, rest < MaxRow ? 2 * rest : throw new InvalidDataException("a row is longer than any table's"));
        }

        Buffer.BlockCopy(_buffer, _start, _buffer, 0, rest);
        (_start, _end) = (0, rest);
        var read = _content.Read(_buffer, rest, _buffer.Length - rest);
        _isOver = read == 0;
        _isReadable &= !_buffer.AsSpan(rest, read).ContainsAny(Strange);
        _end += read;
    }

    private static bool IsEmpty(ReadOnlySpan<byte> row)
    {
        var rest = row.Trim(" \t\v\f"u8);
        return rest.IsEmpty || (rest[0] >= 0x80 && Encoding.UTF8.GetString(rest).AsSpan().IsWhiteSpace());
    }
    /// <summary>A row in the buffer.</summary>
    /// <param name="Start">Where it begins.</param>
    /// <param name="Cells">Where the ends of its cells stand.</param>
    /// <param name="Line">Its line in the file.</param>
    private readonly record struct Row(int Start, int Cells, long Line);
}
