using System.Security.Cryptography;
using System.Text;
using ExperimentRunner.Engine.Inputs.Sources;
using Sylvan.Data.Csv;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>A table with a header, gone through once from some place on.</summary>
internal abstract class CsvTable : IDisposable
{
    /// <summary>The columns in the order of the file; null for those that are not read.</summary>
    internal abstract CsvColumn?[] Columns { get; }

    /// <summary>Whether it is a table of this kind, as far as it was read.</summary>
    internal virtual bool IsReadable => true;

    /// <summary>The line that the next record begins at.</summary>
    internal long Line { get; private protected set; } = 2;

    /// <summary>How many bytes were read since the first record.</summary>
    internal long Bytes { get; private protected set; }

    /// <summary>Whether that is certain: it is not where the file has bytes that are no letters.</summary>
    internal bool KnowsBytes { get; private protected set; } = true;

    /// <summary>Reads rows, putting their cells into columns; empty lines are passed over.</summary>
    /// <param name="columns">The columns in the order of the file; null for those that are not read.</param>
    /// <param name="most">How many rows to read.</param>
    /// <returns>How many were read: fewer only at the end, or where it is not readable.</returns>
    internal abstract int Read(CsvColumn?[] columns, int most);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The error of a row that is longer or shorter than the header.</summary>
    private protected static DataException Uneven(string path, long line, int cells, int columns) =>
        new($"{path}:{line}: the row has {cells} cells, but the header has {columns}.");

    /// <summary>The error of a cell that is no number among numbers.</summary>
    private protected static DataException NoNumber(string path, long line, string cell, string column) =>
        new($"{path}:{line}: '{cell}' in the column '{column}' is no number. If the column is text, say text_columns: [{column}].");

    /// <summary>Reads a table of either kind: most have no quotation marks, and are read faster.</summary>
    /// <param name="source">How it is written.</param>
    /// <param name="path">What to call it.</param>
    /// <param name="open">Opens its bytes.</param>
    /// <param name="read">Reads it from its first row to its last; it is asked again where the table proves to be of the other kind.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    internal static T Read<T>(CsvSource source, string path, Func<Stream> open, Func<CsvTable, TableFile, T> read) => CsvSource.Told(path, () =>
    {
        using (var file = new TableFile(open()))
        using (var plain = PlainTable.TryOpen(source, path, open, file.Content))
        {
            if (plain is not null)
            {
                var result = read(plain, file);
                if (plain.IsReadable)
                {
                    return result;
                }
            }
        }

        using var any = new TableFile(open());
        using var quoted = new QuotedTable(source, path, any.Content);
        return read(quoted, any);
    });
}

/// <summary>The bytes of a table, whose digest is taken while it is read.</summary>
internal sealed class TableFile : IDisposable
{
    private readonly SHA256 _sha = SHA256.Create();
    private readonly Stream _file;

    internal TableFile(Stream file)
    {
        _file = file;
        Length = _file.Length;
        Content = new CryptoStream(_file, _sha, CryptoStreamMode.Read, leaveOpen: true);
    }

    /// <summary>Its bytes.</summary>
    internal Stream Content { get; }

    /// <summary>How many bytes it has.</summary>
    internal long Length { get; }

    /// <summary>Reads it to its end; the result is its digest.</summary>
    internal string Digest()
    {
        Content.CopyTo(Stream.Null);
        return $"sha256:{Convert.ToHexStringLower(_sha.Hash!)}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
        _sha.Dispose();
    }
}

/// <summary>A table as RFC 4180 has it, with quotation marks, cells of several lines, and whatever encoding its first bytes tell.</summary>
internal sealed class QuotedTable : CsvTable
{
    private readonly CsvDataReader _reader;
    private readonly string _path;

    internal QuotedTable(CsvSource source, string path, Stream content, long line = 2)
    {
        (_path, _reader, Line) = (path, source.Open(path, content), line);
        Columns = source.ColumnsOf(_reader, path);
    }

    /// <inheritdoc/>
    internal override CsvColumn?[] Columns { get; }

    /// <inheritdoc/>
    internal override int Read(CsvColumn?[] columns, int most)
    {
        var rows = 0;
        while (rows < most && _reader.Read())
        {
            rows += Take(columns) ? 1 : 0;
        }

        return rows;
    }

    /// <inheritdoc/>
    public override void Dispose() => _reader.Dispose();

    /// <summary>Takes a record; false where it is an empty line.</summary>
    private bool Take(CsvColumn?[] columns)
    {
        var raw = _reader.GetRawRecordSpan();
        var isRow = !raw.IsWhiteSpace();
        if (isRow)
        {
            Add(columns);
        }

        Line += raw.Count('\n');
        Bytes += Encoding.UTF8.GetByteCount(raw);
        KnowsBytes &= !raw.Contains('\uFFFD');
        return isRow;
    }

    private void Add(CsvColumn?[] columns)
    {
        if (_reader.RowFieldCount != columns.Length)
        {
            throw Uneven(_path, Line, _reader.RowFieldCount, columns.Length);
        }

        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i] is { } column && !column.TryAdd(_reader.GetFieldSpan(i)))
            {
                throw NoNumber(_path, Line, _reader.GetFieldSpan(i).ToString(), column.Name);
            }
        }
    }
}
