using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Pairs of files in MNIST's format, gzipped or not: examples <c>x</c> and labels <c>y</c>.</summary>
/// <remarks>Splits: those of <c>paths</c>. Columns: <c>x</c>, <c>y</c>.</remarks>
[KerasName("idx")]
public sealed record Idx : DataSource
{
    /// <summary>For each split its two files, <c>{x: …, y: …}</c>.</summary>
    public required IReadOnlyDictionary<string, IdxPair> Paths { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [.. Paths.Values.SelectMany(pair => new[] { pair.X.Full, pair.Y.Full })];

    /// <inheritdoc/>
    public override DataDescription Describe(bool readHeaders = false) => new(Paths.ToDictionary(
        path => path.Key, path => readHeaders ? Described(path.Value) : Unread, StringComparer.Ordinal));

    /// <inheritdoc/>
    public override Dataset Read(RandomKey seed)
    {
        using var scope = NewDisposeScope();
        return new Dataset(Paths.ToDictionary(
            path => path.Key,
            path =>
            {
                var (x, y) = (IdxFile.Read(path.Value.X.Full), IdxFile.Read(path.Value.Y.Full));
                CheckLengths(path.Value, x.shape[0], y.shape[0]);
                return (IReadOnlyDictionary<string, Column>)new Dictionary<string, Column> { ["x"] = Column.Of(x), ["y"] = Column.Of(y) };
            },
            StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, RowTable> Open(RandomKey seed) => Paths.ToDictionary(
        path => path.Key, path => (RowTable)IdxRows.Of(path.Value.X.Full, path.Value.Y.Full), StringComparer.Ordinal);

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes() => base.FindMistakes().Concat(DotsIn(Paths.Keys, "paths"));

    private static SplitDescription Unread => new(new Dictionary<string, Spec?> { ["x"] = null, ["y"] = null });

    private static SplitDescription Described(IdxPair pair)
    {
        var (x, y) = (Header(pair.X), Header(pair.Y));
        CheckLengths(pair, x.Count!.Value, y.Count!.Value);
        return new SplitDescription(new Dictionary<string, Spec?> { ["x"] = x.Spec, ["y"] = y.Spec }, x.Count);
    }

    private static ColumnHeader Header(FilePath path)
    {
        var (type, shape) = IdxFile.ReadHeader(path.Full);
        return ColumnHeader.Of(type, shape);
    }

    private static void CheckLengths(IdxPair pair, long x, long y) => IdxRows.CheckLengths(pair.X.Full, x, pair.Y.Full, y);
}

/// <summary>The two files of a split.</summary>
public sealed record IdxPair
{
    /// <summary>The examples.</summary>
    public required FilePath X { get; init; }

    /// <summary>Their labels.</summary>
    public required FilePath Y { get; init; }
}
