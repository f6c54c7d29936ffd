using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Streams;
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

    /// <summary>Columns to be made of several others, stacked along a new last axis; float32.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Columns { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [.. BySplit.Values.Select(path => path.Full)];

    private IReadOnlyDictionary<string, FilePath> BySplit =>
        Paths ?? (Path is null ? new Dictionary<string, FilePath>() : new Dictionary<string, FilePath> { [Train] = Path });

    /// <inheritdoc/>
    public override DataDescription Describe(bool readHeaders = false) => new(BySplit.ToDictionary(
        path => path.Key,
        path => readHeaders ? Described(path.Value.Full) : new SplitDescription(null),
        StringComparer.Ordinal));

    /// <inheritdoc/>
    public override Dataset Read(RandomKey seed)
    {
        using var scope = NewDisposeScope();
        return new Dataset(BySplit.ToDictionary(path => path.Key, path => Stacked(path.Value.Full), StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, RowTable> Open(RandomKey seed) => BySplit.ToDictionary(
        path => path.Key,
        path =>
        {
            var rows = OpenFile(path.Value.Full);
            return rows.Count == 0 ? throw new DataException($"{path.Value.Full} has no rows.") : Columns.Count == 0 ? rows : new StackedRows(rows, Columns, path.Value.Full);
        },
        StringComparer.Ordinal);

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes()
    {
        var mistakes = base.FindMistakes().Concat(DotsIn(Paths?.Keys ?? [], "paths"))
            .Concat(Columns.Where(column => column.Value.Count == 0)
                .Select(column => new OptionMistake("columns", $"The column '{column.Key}' is made of none.", "a list of columns")));
        return Path is null && Paths is not { Count: > 0 }
            ? mistakes.Append(new OptionMistake("path", "The source does not say its file.", "'path' for one file, or 'paths' for several by split"))
            : Path is not null && Paths is not null
            ? mistakes.Append(new OptionMistake("paths", "'path' and 'paths' stand side by side.", "'path' for one file, or 'paths' for several by split"))
            : mistakes;
    }

    /// <summary>The arrays of the one file, which need not be alike in length: who takes some of them leaves the others.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public IReadOnlyDictionary<string, ArrayValues> ReadArrays() => ReadFile(Path!.Full);

    /// <summary>Reads a file: its arrays by the names of columns, in the caller's scope.</summary>
    private protected abstract IReadOnlyDictionary<string, ArrayValues> ReadFile(string path);

    /// <summary>Makes ready to read a file while it is used.</summary>
    private protected abstract RowTable OpenFile(string path);

    /// <summary>Reads the header of a file: the arrays by the names of columns, as far as a header tells.</summary>
    private protected abstract IReadOnlyDictionary<string, ColumnHeader> ReadHeader(string path);

    private SplitDescription Described(string path)
    {
        var headers = ReadHeader(path);
        CheckLengths(headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Count)), path);
        var columns = headers.ToDictionary(header => header.Key, header => header.Value.Spec, StringComparer.Ordinal);
        foreach (var (name, parts) in Columns)
        {
            var specs = parts.Select(part => Need(headers, part, path).Spec).ToList();
            columns[name] = specs[0] is { } spec ? new Spec(new Shape([.. spec.Shape, specs.Count])) : null;
        }

        return new SplitDescription(columns, headers.Values.Select(header => header.Count).FirstOrDefault(count => count is not null));
    }

    private IReadOnlyDictionary<string, Column> Stacked(string path)
    {
        var arrays = ReadFile(path);
        CheckLengths(arrays.Select(array => KeyValuePair.Create(array.Key, (long?)array.Value.Shape[0])), path);
        var columns = new Dictionary<string, ArrayValues>(arrays, StringComparer.Ordinal);
        foreach (var (name, parts) in Columns)
        {
            columns[name] = new ArrayValues(stack([.. Numbers(arrays, parts, path)], -1));
        }

        return columns.ToDictionary(column => column.Key, column => Column.Of(column.Value), StringComparer.Ordinal);
    }

    private static IEnumerable<Tensor> Numbers(IReadOnlyDictionary<string, ArrayValues> arrays, IReadOnlyList<string> parts, string path)
    {
        long[]? shape = null;
        foreach (var part in parts)
        {
            var values = Need(arrays, part, path).Numbers ?? throw IsText(path, part);
            shape ??= values.shape;
            yield return shape.AsSpan().SequenceEqual(values.shape) ? values.to_type(ScalarType.Float32) : throw Unlike(path, part, values.shape, parts[0], shape);
        }
    }

    /// <summary>Why a column of text cannot be stacked.</summary>
    internal static DataException IsText(string path, string part) => new($"{path}: the column '{part}' is text, so it cannot be stacked with others.");

    /// <summary>Why columns of unlike shapes cannot be stacked.</summary>
    internal static DataException Unlike(string path, string part, IEnumerable<long> shape, string first, IEnumerable<long> firstShape) =>
        new($"{path}: the column '{part}' is [{string.Join(", ", shape)}], so it cannot be stacked with '{first}', which is [{string.Join(", ", firstShape)}].");

    private protected static void CheckLengths(IEnumerable<KeyValuePair<string, long?>> columns, string path)
    {
        var lengths = columns.Where(column => column.Value is not null).GroupBy(column => column.Value).ToList();
        if (lengths.Count > 1)
        {
            throw new DataException($"{path} has columns of different lengths: {string.Join("; ", lengths.Select(group => $"{string.Join(", ", group.Select(column => column.Key))} {group.Key}"))}.");
        }
    }

    internal static T Need<T>(IReadOnlyDictionary<string, T> columns, string name, string path) => columns.TryGetValue(name, out var column) ? column
        : throw new DataException($"{path} has no column '{name}'.{NearestName.Hint(name, columns.Keys)} It has {string.Join(", ", columns.Keys)}.");
}

/// <summary>What the header of a file tells of a column.</summary>
/// <param name="Spec">Shape and type of a batch; null when only the values tell.</param>
/// <param name="Count">How many examples there are; null when only the values tell.</param>
internal sealed record ColumnHeader(Spec? Spec, long? Count)
{
    /// <summary>The column that an array is: its first axis is the examples.</summary>
    internal static ColumnHeader Of(DataType type, IReadOnlyList<long> shape) =>
        new(new Spec(Shape.OfBatch(shape.Skip(1).Select(length => (long?)length)), type), shape[0]);
}
