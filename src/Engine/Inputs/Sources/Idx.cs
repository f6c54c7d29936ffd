using ExperimentRunner.Engine.Definitions;
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
    public override DataDescription Describe() => new(Paths.ToDictionary(
        path => path.Key, _ => new SplitDescription(new Dictionary<string, Spec?> { ["x"] = null, ["y"] = null }), StringComparer.Ordinal));

    /// <inheritdoc/>
    public override Dataset Read(RandomKey seed)
    {
        using var scope = NewDisposeScope();
        return new Dataset(Paths.ToDictionary(
            path => path.Key,
            path => (IReadOnlyDictionary<string, Column>)new Dictionary<string, Column>
            {
                ["x"] = Column.Of(IdxFile.Read(path.Value.X.Full)),
                ["y"] = Column.Of(IdxFile.Read(path.Value.Y.Full)),
            },
            StringComparer.Ordinal));
    }
}

/// <summary>The two files of a split.</summary>
public sealed record IdxPair
{
    /// <summary>The examples.</summary>
    public required FilePath X { get; init; }

    /// <summary>Their labels.</summary>
    public required FilePath Y { get; init; }
}
