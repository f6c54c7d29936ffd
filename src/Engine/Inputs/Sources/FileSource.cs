using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>A source of one file a split.</summary>
public abstract record FileSource : DataSource
{
    /// <summary>The one file: the split <c>train</c>.</summary>
    public FilePath? Path { get; init; }

    /// <summary>Several files, by split.</summary>
    public IReadOnlyDictionary<string, FilePath>? Paths { get; init; }

    /// <summary>Columns to be made of several others, stacked along a new last axis.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Columns { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [.. BySplit.Values.Select(path => path.Full)];

    private IReadOnlyDictionary<string, FilePath> BySplit =>
        Paths ?? (Path is null ? new Dictionary<string, FilePath>() : new Dictionary<string, FilePath> { ["train"] = Path });

    /// <inheritdoc/>
    public override DataDescription Describe() =>
        new(BySplit.ToDictionary(path => path.Key, _ => new SplitDescription(null), StringComparer.Ordinal));

    /// <inheritdoc/>
    public override Dataset Read(RandomKey seed)
    {
        if ((Path is null) == (Paths is null))
        {
            throw new DataException("A source of files needs 'path' for one file, or 'paths' for several by split.");
        }

        using var scope = NewDisposeScope();
        return new Dataset(BySplit.ToDictionary(path => path.Key, path => Stacked(path.Value), StringComparer.Ordinal));
    }

    /// <summary>Reads a file: its arrays by the names of columns, in the caller's scope.</summary>
    private protected abstract IReadOnlyDictionary<string, Tensor> ReadFile(string path);

    private IReadOnlyDictionary<string, Column> Stacked(FilePath path)
    {
        if (!File.Exists(path.Full))
        {
            throw new DataException(Directory.Exists(path.Full) ? $"{path} is a folder, where a file is due." : $"There is no file {path.Full}.");
        }

        var arrays = ReadFile(path.Full);
        var columns = new Dictionary<string, Tensor>(arrays, StringComparer.Ordinal);
        foreach (var (name, parts) in Columns)
        {
            columns[name] = stack([.. parts.Select(part => Need(arrays, part, path).to_type(ScalarType.Float32))], -1);
        }

        var lengths = columns.Where(column => column.Value.dim() > 0).GroupBy(column => column.Value.shape[0]).ToList();
        return lengths.Count <= 1
            ? columns.Where(column => column.Value.dim() > 0).ToDictionary(column => column.Key, column => Column.Of(column.Value), StringComparer.Ordinal)
            : throw new DataException($"{path} has columns of different lengths: {string.Join("; ", lengths.Select(group => $"{string.Join(", ", group.Select(column => column.Key))} {group.Key}"))}.");
    }

    private static Tensor Need(IReadOnlyDictionary<string, Tensor> arrays, string name, FilePath path) => arrays.TryGetValue(name, out var values) ? values
        : throw new DataException($"{path} has no column '{name}'.{NearestName.Hint(name, arrays.Keys)} It has {string.Join(", ", arrays.Keys)}.");
}
