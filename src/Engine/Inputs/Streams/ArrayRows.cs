using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using Microsoft.Win32.SafeHandles;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Columns that are each an array of their own, in one file or several.</summary>
/// <param name="Format">What the array is.</param>
/// <param name="Path">The file.</param>
/// <param name="Start">Where its rows begin in the file; null where they must be unpacked.</param>
/// <param name="Unpack">Begins to unpack the rows.</param>
internal sealed record ArrayColumn(RowFormat Format, string Path, long? Start, Func<Stream> Unpack);

/// <summary>Columns that are each an array of their own: read from where rows are, or unpacked from the beginning.</summary>
internal class ArrayRows(IReadOnlyDictionary<string, ArrayColumn> columns) : RowTable
{
    internal override IReadOnlyDictionary<string, Spec> Columns { get; } = columns.ToDictionary(column => column.Key, column => column.Value.Format.Spec, StringComparer.Ordinal);

    internal override long Count => columns.Values.First().Format.Count;

    internal override bool ReadsAnywhere => columns.Values.All(column => column.Start is not null);

    internal override IEnumerable<KeyValuePair<string, string>> Digests =>
        columns.Values.Select(column => column.Path).Distinct().Select(path => KeyValuePair.Create(path, FileDigest.OfParts(path)));

    internal override RowReader Open(IReadOnlyList<string> names) => new Reader([.. names.Select(name => columns[name])]);

    private sealed class Reader(ArrayColumn[] columns) : RowReader
    {
        private readonly RowSource[] _sources = Array.ConvertAll<ArrayColumn, RowSource>(columns, column => column.Start is { } start ? new Placed(column, start) : new Unpacked(column));

        internal override ArrayValues[] Read(long start, int length) => Array.ConvertAll(_sources, source => source.Read(start, length));

        internal override ArrayValues[] Take(ReadOnlySpan<long> rows)
        {
            var wanted = rows.ToArray();
            return Array.ConvertAll(_sources, source => source.Take(wanted));
        }

        public override void Dispose()
        {
            foreach (var source in _sources)
            {
                source.Dispose();
            }
        }
    }

    /// <summary>The rows of one array.</summary>
    private abstract class RowSource : IDisposable
    {
        internal abstract ArrayValues Read(long start, int length);

        internal virtual ArrayValues Take(long[] rows) => ArrayParts.Joined([.. rows.Select(row => new[] { Read(row, 1) })])[0];

        public abstract void Dispose();
    }

    /// <summary>Rows that are read from where they are in the file.</summary>
    private sealed class Placed(ArrayColumn column, long start) : RowSource
    {
        private readonly SafeFileHandle _file = DataFile.OpenHandle(column.Path);

        internal override ArrayValues Read(long first, int length)
        {
            var at = start + (first * column.Format.RowBytes);
            return column.Format.Make(
                bytes =>
                {
                    Fill(at, bytes);
                    at += bytes.Length;
                },
                length);
        }

        internal override ArrayValues Take(long[] rows)
        {
            var (i, within) = (0, 0L);
            return column.Format.Make(
                bytes =>
                {
                    while (!bytes.IsEmpty)
                    {
                        var part = (int)Math.Min(bytes.Length, column.Format.RowBytes - within);
                        Fill(start + (rows[i] * column.Format.RowBytes) + within, bytes[..part]);
                        bytes = bytes[part..];
                        within += part;
                        if (within == column.Format.RowBytes)
                        {
                            (i, within) = (i + 1, 0);
                        }
                    }
                },
                rows.Length);
        }

        public override void Dispose() => _file.Dispose();

        private void Fill(long at, Span<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                var read = DataFile.Read(_file, bytes, at, column.Path);
                if (read == 0)
                {
                    throw new DataException($"{column.Format.Name} ends before its values do: it became shorter while it was read.");
                }

                at += read;
                bytes = bytes[read..];
            }
        }
    }

    /// <summary>Rows that are unpacked from the beginning; going back begins again.</summary>
    private sealed class Unpacked(ArrayColumn column) : RowSource
    {
        private Stream? _stream;
        private long _at;

        internal override ArrayValues Read(long start, int length)
        {
            try
            {
                if (_stream is null || start < _at)
                {
                    _stream?.Dispose();
                    (_stream, _at) = (column.Unpack(), 0);
                }

                Skip((start - _at) * column.Format.RowBytes);
                var values = column.Format.Make(bytes => Npy.ReadExactly(_stream, bytes, column.Format.Name), length);
                _at = start + length;
                return values;
            }
            catch (Exception error) when (error is IOException or InvalidDataException)
            {
                throw new DataException($"{column.Format.Name} is damaged: it ends too early or cannot be unpacked.", error);
            }
        }

        public override void Dispose() => _stream?.Dispose();

        private void Skip(long bytes)
        {
            var scratch = new byte[Math.Min(bytes, 1 << 16)];
            for (; bytes > 0; bytes -= Math.Min(bytes, scratch.Length))
            {
                Npy.ReadExactly(_stream!, scratch.AsSpan(0, (int)Math.Min(bytes, scratch.Length)), column.Format.Name);
            }
        }
    }
}
