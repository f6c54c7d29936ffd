using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Tables in Parquet, one example a row.</summary>
/// <remarks>
/// Columns: those of the file. An empty cell is NaN among numbers, and nothing among texts; lists of one length are <c>[batch, length]</c>.
/// </remarks>
[KerasName("parquet")]
public sealed record ParquetSource : FileSource
{
    /// <summary>The columns to read; null is all.</summary>
    public IReadOnlyList<string>? SelectColumns { get; init; }

    private protected override IReadOnlyDictionary<string, ArrayValues> ReadFile(string path) => ParquetTable.Read(path, SelectColumns);

    private protected override IReadOnlyDictionary<string, ColumnHeader> ReadHeader(string path)
    {
        var (columns, rows) = ParquetTable.ReadHeader(path);
        return columns.Where(column => SelectColumns?.Contains(column.Key) != false)
            .ToDictionary(column => column.Key, column => new ColumnHeader(column.Value is { } type ? new Spec(Shape.OfBatch(), type) : null, rows), StringComparer.Ordinal);
    }

    private protected override RowTable OpenFile(string path) => ParquetRows.Of(path, SelectColumns);
}
