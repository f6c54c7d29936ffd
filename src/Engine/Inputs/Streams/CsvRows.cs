using System.Security.Cryptography;
using System.Text;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using Sylvan.Data.Csv;

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

    private CsvRows(CsvSource source, string path, CsvColumn?[] columns, List<Mark> marks, long count, string digest)
    {
        (_source, _path, _columns, _marks, Count, _digest) = (source, path, columns, marks, count, digest);
        Columns = columns.OfType<CsvColumn>().ToDictionary(column => column.Name, column => new Spec(Shape.OfBatch(), column.Kind.Type), StringComparer.Ordinal);
    }

    internal override IReadOnlyDictionary<string, Spec> Columns { get; }

    internal override long Count { get; }

    internal override IEnumerable<KeyValuePair<string, string>> Digests => [KeyValuePair.Create(_path, _digest)];

    /// <summary>Goes through a table once, holding nothing of it.</summary>
    /// <exception cref="DataException">It is no such table, or a cell is no number among numbers.</exception>
    internal static CsvRows Scan(CsvSource source, string path) => CsvSource.Told(path, () =>
    {
        using var sha = SHA256.Create();
        using var file = DataFile.OpenRead(path);
        var length = file.Length;
        using var hashed = new CryptoStream(file, sha, CryptoStreamMode.Read, leaveOpen: true);
        using var reader = source.Open(path, hashed);
        var columns = source.ColumnsOf(reader, path);
        var (marks, rows, bytes, exact) = (new List<Mark>(), 0L, 0L, true);
        foreach (var record in CsvSource.Rows(reader, columns, path))
        {
            if (record.IsRow && rows++ % Marked == 0)
            {
                marks.Add(new Mark(rows - 1, record.Line, bytes));
                foreach (var column in columns)
                {
                    column?.Forget();
                }
            }

            exact &= record.Bytes >= 0;
            bytes += record.Bytes;
        }

        hashed.CopyTo(Stream.Null);
        var header = length - bytes; // what stands before the first record
        if (!exact || header <= 0 || marks.Exists(mark => !IsAfterLine(path, header + mark.Byte)))
        {
            marks.RemoveRange(Math.Min(1, marks.Count), Math.Max(0, marks.Count - 1)); // in another encoding; it is then read from its beginning
        }

        return new CsvRows(source, path, columns, [.. marks.Select(mark => mark with { Byte = header + mark.Byte })], rows, $"sha256:{Convert.ToHexStringLower(sha.Hash!)}");
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
        private CsvDataReader? _reader;
        private IEnumerator<CsvRecord>? _records;
        private CsvColumn?[] _columns = [];
        private long _row;

        internal override ArrayValues[] Read(long start, int length)
        {
            try
            {
                return CsvSource.Told(table._path, () => Next(start, length));
            }
            catch (DataException)
            {
                _records = null; // to begin again
                throw;
            }
        }

        public override void Dispose()
        {
            _records?.Dispose();
            _reader?.Dispose();
        }

        private ArrayValues[] Next(long start, int length)
        {
            GoTo(start);
            for (var i = 0; i < length;)
            {
                i += Step() ? 1 : 0;
            }

            var values = Array.ConvertAll(names.ToArray(), name => _columns.OfType<CsvColumn>().First(column => column.Name == name).ToValues());
            Forget();
            return values;
        }

        private void GoTo(long row)
        {
            if (_records is null || row < _row || row - _row > Marked)
            {
                Begin(table._marks.FindLast(mark => mark.Row <= row));
            }

            while (_row < row)
            {
                if (Step() && _row % Marked == 0)
                {
                    Forget();
                }
            }

            Forget();
        }

        /// <summary>Takes a record; false where it is an empty line.</summary>
        private bool Step()
        {
            if (!_records!.MoveNext())
            {
                throw new DataException($"{table._path} became shorter while it was read.");
            }

            _row += _records.Current.IsRow ? 1 : 0;
            return _records.Current.IsRow;
        }

        private void Begin(Mark mark)
        {
            Dispose();
            var file = DataFile.OpenRead(table._path);
            var header = table._marks[0];
            Stream stream = mark == header ? file : new HeaderThen(Head(file, header.Byte), file, mark.Byte);
            _reader = table._source.Open(table._path, stream);
            _columns = Array.ConvertAll(table._columns, column => column is not null && names.Contains(column.Name) ? new CsvColumn(column.Name, column.Kind, mark.Row, table._source.NaValue) : null);
            (_records, _row) = (CsvSource.Rows(_reader, _columns, table._path, mark.Line).GetEnumerator(), mark.Row);
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
