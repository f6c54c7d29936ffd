using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>A table with further columns, each made of several others stacked along a new last axis.</summary>
internal sealed class StackedRows : RowTable
{
    private readonly RowTable _table;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _stacks;

    /// <summary>Adds columns.</summary>
    /// <exception cref="DataException">They cannot be made.</exception>
    internal StackedRows(RowTable table, IReadOnlyDictionary<string, IReadOnlyList<string>> stacks, string path)
    {
        (_table, _stacks) = (table, stacks);
        var columns = new Dictionary<string, Spec>(table.Columns, StringComparer.Ordinal);
        foreach (var (name, parts) in stacks)
        {
            var specs = parts.Select(part => FileSource.Need(table.Columns, part, path) is { Type: not DataType.String } spec ? spec : throw FileSource.IsText(path, part)).ToList();
            columns[name] = specs.FindIndex(spec => !spec.Shape.SequenceEqual(specs[0].Shape)) is >= 0 and var other
                ? throw FileSource.Unlike(path, parts[other], WholeShape(specs[other]), parts[0], WholeShape(specs[0]))
                : new Spec(new Shape([.. specs[0].Shape, specs.Count]));
        }

        Columns = columns;
    }

    internal override IReadOnlyDictionary<string, Spec> Columns { get; }

    internal override long Count => _table.Count;

    internal override bool ReadsAnywhere => _table.ReadsAnywhere;

    internal override bool ShufflesWhole => _table.ShufflesWhole;

    internal override IEnumerable<KeyValuePair<string, string>> Digests => _table.Digests;

    internal override RowReader Open(IReadOnlyList<string> columns)
    {
        string[] needed = [.. columns.SelectMany(column => _stacks.TryGetValue(column, out var parts) ? parts : [column]).Distinct()];
        return new Reader(_table.Open(needed), [.. columns.Select(column => _stacks.TryGetValue(column, out var parts)
            ? parts.Select(part => Array.IndexOf(needed, part)).ToArray() : [-1 - Array.IndexOf(needed, column)])]);
    }

    private IEnumerable<long> WholeShape(Spec spec) => [Count, .. spec.Shape.Slice(1, spec.Rank - 1).Known()];

    /// <summary>Reads the parts; a column is places among them, or one below zero that is taken as it is.</summary>
    private sealed class Reader(RowReader table, int[][] columns) : RowReader
    {
        internal override ArrayValues[] Read(long start, int length) => table.ReadJoined(start, length, columns);

        internal override ArrayValues[] Take(ReadOnlySpan<long> rows) => Joined(table.Take(rows), columns);

        public override void Dispose() => table.Dispose();
    }
}
