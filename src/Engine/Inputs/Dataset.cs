namespace ExperimentRunner.Engine.Inputs;

/// <summary>Data that were read, or are read while they are used: named columns in named splits. All columns of a split have the same number of examples.</summary>
/// <param name="splits">The columns by split.</param>
public sealed class Dataset(IReadOnlyDictionary<string, IReadOnlyDictionary<string, Column>> splits) : IDisposable
{
    /// <summary>The columns by split.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, Column>> Splits { get; } = splits;

    /// <summary>What tells the content of files that are read while they are used apart from another, by file; null where all was read.</summary>
    public IReadOnlyDictionary<string, string>? Digests { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var column in Splits.Values.SelectMany(columns => columns.Values))
        {
            column.Dispose();
        }
    }
}
