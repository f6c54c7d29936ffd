using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>
/// A table with a header, read from where it is asked for. It is gone through once before: what a column is, and how many rows there are, only
/// all of its cells tell. Meanwhile every 1,024th row's place is noted, so that later reading begins there.
/// </summary>
internal sealed class CsvRows : RowTable
{
    private const int Marked = 1024;
    private readonly CsvSource _source;
    private readonly string _path;
    private readonly CsvColumn?[] _columns;
    private readonly List<Mark> _marks;
    private readonly string _digest;
    private readonly PlainTable? _plain;

    private CsvRows(CsvSource source, string path, CsvTable table, List<Mark> marks, long count, string digest)
    {
        var columns = table.Columns;
        (_source, _path, _columns, _marks, Count, _digest, _plain) = (source, path, columns, marks, count, digest, table as PlainTable);
        Columns = columns.OfType<CsvColumn>().ToDictionary(column => column.Name, column => new Spec(Shape.OfBatch(), column.Kind.Type), StringComparer.Ordinal);
    }

    internal override IReadOnlyDictionary<string, Spec> Columns { get; }

    internal override long Count { get; }

    internal override IEnumerable<KeyValuePair<string, string>> Digests => [KeyValuePair.Create(_path, _digest)];

    /// <summary>Goes through a table once, holding nothing of it.</summary>
    /// <exception cref="DataException">It is no such table, or a cell is no number among numbers.</exception>
    internal static CsvRows Scan(CsvSource source, string path) => CsvTable.Read(source, path, () => DataFile.OpenRead(path), (table, file) =>
    {
        var columns = table.Columns;
        var (marks, rows, read) = (new List<Mark>(), 0L, -1);
        while (read != 0)
        {
            marks.Add(new Mark(rows, table.Line, table.Bytes));
            read = table.Read(columns, Marked);
            rows += read;
            foreach (var column in columns)
            {
                column?.Forget();
            }
        }

        if (marks.Count > 1)
        {
            marks.RemoveAt(marks.Count - 1); // where no row is any more
        }

        var digest = file.Digest();
        var header = file.Length - table.Bytes; // what stands before the first record
        if (!table.KnowsBytes || header <= 0 || marks.Exists(mark => !IsAfterLine(path, header + mark.Byte)))
        {
            marks.RemoveRange(Math.Min(1, marks.Count), Math.Max(0, marks.Count - 1)); // in another encoding; it is then read from its beginning
        }

        return new CsvRows(source, path, table, [.. marks.Select(mark => mark with { Byte = header + mark.Byte })], rows, digest);
    });

    internal override RowReader Open(IReadOnlyList<string> columns) => new Reader(this, columns);

    private static bool IsAfterLine(string path, long at)
    {
        using var file = DataFile.OpenHandle(path);
        Span<byte> before = stackalloc byte[1];
        return DataFile.Read(file, before, at - 1, path) == 1 && before[0] is (byte)'\n' or (byte)'\r';
    }

    /// <summary>Where a row stands.</summary>
    private readonly record struct Mark(long Row, long Line, long Byte);

    private sealed class Reader(CsvRows table, IReadOnlyList<string> names) : RowReader
    {
        private readonly HashSet<string> _names = [.. names];
        private readonly DataType[] _kinds = [.. names.Select(name => table.Columns[name].Type)];
        private CsvTable? _table;
        private CsvColumn?[] _columns = [];
        private CsvColumn[] _wanted = [];
        private long _row;
        private bool _isBegun;

        internal override ArrayValues[] Read(long start, int length) => Told(() =>
        {
            Fill(start, length);
            return Array.ConvertAll(_wanted, column => column.ToValues());
        });

        internal override ArrayValues[] ReadJoined(long start, int length, int[][] columns)
        {
            if (!Array.TrueForAll(columns, column => column is [< 0] || Array.TrueForAll(column, part => _kinds[part] != DataType.String)))
            {
                return base.ReadJoined(start, length, columns);
            }

            return Told(() =>
            {
                Fill(start, length);
                return Array.ConvertAll(columns, column => column is [< 0 and var own] ? _wanted[-1 - own].ToValues() : Joined(column, length));
            });
        }

        public override void Dispose() => _table?.Dispose();

        /// <summary>Columns of numbers side by side.</summary>
        private ArrayValues Joined(int[] column, int length)
        {
            var values = new float[(long)length * column.Length];
            for (var i = 0; i < column.Length; i++)
            {
                _wanted[column[i]].CopyTo(values.AsSpan(i), column.Length);
            }

            return new ArrayValues(tensor(values, [length, column.Length]));
        }

        private ArrayValues[] Told(Func<ArrayValues[]> read)
        {
            try
            {
                return CsvSource.Told(table._path, read);
            }
            catch (DataException)
            {
                _isBegun = false; // it is begun again
                throw;
            }
        }

        private void GoTo(long row)
        {
            if (!_isBegun || row < _row || row - _row > Marked)
            {
                Begin(table._marks.FindLast(mark => mark.Row <= row));
            }

            while (_row < row)
            {
                Forget();
                Take((int)Math.Min(Marked, row - _row));
            }

            Forget();
        }

        /// <summary>Reads so many rows into the columns.</summary>
        private void Fill(long start, int length)
        {
            GoTo(start);
            Take(length);
        }

        private void Take(int rows)
        {
            var read = _table!.Read(_columns, rows);
            _row += read;
            if (read < rows)
            {
                throw new DataException($"{table._path} became shorter while it was read.");
            }
        }

        private void Begin(Mark mark)
        {
            Dispose();
            var file = DataFile.OpenRead(table._path);
            var header = table._marks[0];
            if (table._plain is { } plain)
            {
                file.Position = mark.Byte;
                _table = plain.At(file, mark.Line);
            }
            else
            {
                _table = new QuotedTable(table._source, table._path, mark == header ? file : new HeaderThen(Head(file, header.Byte), file, mark.Byte), mark.Line);
            }

            _columns = Array.ConvertAll(table._columns, column => column is not null && _names.Contains(column.Name) ? new CsvColumn(column.Name, column.Kind, mark.Row, table._source.NaValue) : null);
            var byName = _columns.OfType<CsvColumn>().ToDictionary(column => column.Name, StringComparer.Ordinal);
            _wanted = [.. names.Select(name => byName[name])];
            (_isBegun, _row) = (true, mark.Row);
        }

        private static byte[] Head(FileStream file, long length)
        {
            var head = new byte[length];
            file.ReadExactly(head);
            return head;
        }

        private void Forget()
        {
            foreach (var column in _columns)
            {
                column?.Forget();
            }
        }
    }

    /// <summary>The header of a file, and then what stands from a place on.</summary>
    private sealed class HeaderThen : ForwardStream
    {
        private readonly byte[] _header;
        private readonly FileStream _file;
        private int _given;

        internal HeaderThen(byte[] header, FileStream file, long place)
        {
            (_header, _file) = (header, file);
            file.Position = place;
        }

        public override int Read(Span<byte> buffer)
        {
            if (_given == _header.Length)
            {
                return _file.Read(buffer);
            }

            var part = Math.Min(buffer.Length, _header.Length - _given);
            _header.AsSpan(_given, part).CopyTo(buffer);
            _given += part;
            return part;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
