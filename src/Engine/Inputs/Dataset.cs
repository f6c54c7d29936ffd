namespace ExperimentRunner.Engine.Inputs;

/// <summary>Data that were read: named columns in named splits. All columns of a split have the same number of examples.</summary>
/// <param name="splits">The columns by split.</param>
public sealed class Dataset(IReadOnlyDictionary<string, IReadOnlyDictionary<string, Column>> splits) : IDisposable
{
    /// <summary>The columns by split.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, Column>> Splits { get; } = splits;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var column in Splits.Values.SelectMany(columns => columns.Values))
        {
            column.Dispose();
        }
    }
}
