using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Made-up rows; each depends on the key and on where it is alone.</summary>
internal sealed class SyntheticRows(IReadOnlyDictionary<string, SyntheticColumn> columns, long count, RandomKey key, string split) : RowTable
{
    internal override IReadOnlyDictionary<string, Spec> Columns { get; } = columns.ToDictionary(column => column.Key, column => column.Value.Describe(), StringComparer.Ordinal);

    internal override long Count => count;

    internal override RowReader Open(IReadOnlyList<string> names) => new Reader(this, columns, names, key, split);

    private sealed class Reader(SyntheticRows table, IReadOnlyDictionary<string, SyntheticColumn> columns, IReadOnlyList<string> names, RandomKey key, string split) : RowReader
    {
        private readonly HashSet<string> _needed = Needed(columns, names);

        internal override ArrayValues[] Read(long start, int length)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, table.Count);
            var made = new Dictionary<string, ArrayValues>(StringComparer.Ordinal);
            foreach (var (name, column) in columns.Where(column => _needed.Contains(column.Key)))
            {
                made[name] = column.Make(start, length, made, key.Derive(name), split);
            }

            return [.. names.Select(name => made[name])];
        }

        public override void Dispose()
        {
        }

        /// <summary>The columns that are wanted, and those they are computed from.</summary>
        private static HashSet<string> Needed(IReadOnlyDictionary<string, SyntheticColumn> columns, IReadOnlyList<string> names)
        {
            var needed = new HashSet<string>(StringComparer.Ordinal);
            foreach (var name in names)
            {
                for (var one = name; one is not null && needed.Add(one); one = columns[one].LinearOf)
                {
                }
            }

            return needed;
        }
    }
}
