using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>A table in Parquet, read group by group: as many rows are in memory at once as its writer put into a group.</summary>
internal sealed class ParquetRows : RowTable
{
    private readonly string _path;
    private readonly long[] _starts;

    private ParquetRows(string path, IReadOnlyDictionary<string, Spec> columns, long[] groupRows)
    {
        (_path, Columns, _starts) = (path, columns, new long[groupRows.Length + 1]);
        for (var i = 0; i < groupRows.Length; i++)
        {
            _starts[i + 1] = _starts[i] + groupRows[i];
        }
    }

    internal override IReadOnlyDictionary<string, Spec> Columns { get; }

    internal override long Count => _starts[^1];

    internal override IEnumerable<KeyValuePair<string, string>> Digests => [KeyValuePair.Create(_path, FileDigest.OfParts(_path))];

    /// <summary>The rows of a file.</summary>
    /// <exception cref="DataException">It is no such file, or not there, or has no such column.</exception>
    internal static ParquetRows Of(string path, IReadOnlyList<string>? names)
    {
        var (columns, groups) = ParquetTable.ReadSpecs(path, names);
        return new ParquetRows(path, columns, groups);
    }

    internal override RowReader Open(IReadOnlyList<string> columns) => new Reader(this, columns);

    private sealed class Reader(ParquetRows table, IReadOnlyList<string> columns) : RowReader
    {
        private int _number = -1;
        private ArrayValues[] _group = [];

        internal override ArrayValues[] Read(long start, int length)
        {
            var parts = new List<ArrayValues[]>();
            for (var end = start + length; start < end;)
            {
                var number = Array.BinarySearch(table._starts, start);
                number = number < 0 ? ~number - 1 : Array.LastIndexOf(table._starts, start); // an empty group begins where the next does
                Load(number);
                var rows = Math.Min(end, table._starts[number + 1]) - start;
                var first = start - table._starts[number];
                parts.Add(Array.ConvertAll(_group, values => values.Range(first, rows)));
                start += rows;
            }

            return ArrayParts.Joined(parts);
        }

        public override void Dispose() => Forget();

        private void Load(int number)
        {
            if (number == _number)
            {
                return;
            }

            using var scope = NewDisposeScope();
            Forget();
            var group = ParquetTable.ReadGroup(table._path, columns, number);
            for (var i = 0; i < group.Length; i++)
            {
                var spec = table.Columns[columns[i]];
                if (!group[i].Shape.Skip(1).Select(size => (long?)size).SequenceEqual(spec.Shape.Skip(1)))
                {
                    throw new DataException($"{table._path}: {columns[i]} has lists of different lengths.");
                }

                group[i] = (group[i].Numbers is { } numbers ? new ArrayValues(numbers.to_type(spec.Type.ToTorch())) : group[i]).Kept();
            }

            (_number, _group) = (number, group);
        }

        private void Forget()
        {
            foreach (var values in _group)
            {
                values.Dispose();
            }

            (_number, _group) = (-1, []);
        }
    }
}
