using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Made-up data: drawn at random, computed from other columns, or written in the file. The same for the same seed.</summary>
/// <remarks>Splits: those of <c>examples</c>. Columns: those of <c>columns</c>.</remarks>
[KerasName("synthetic")]
public sealed record Synthetic : DataSource
{
    /// <summary>What the columns are, each computed from those before it.</summary>
    public required IReadOnlyDictionary<string, SyntheticColumn> Columns { get; init; }

    /// <summary>How many examples each split has. Columns of written values say it themselves.</summary>
    public IReadOnlyDictionary<string, int> Examples { get; init; } = new Dictionary<string, int> { ["train"] = 1000, ["test"] = 200 };

    /// <summary>Where the random numbers come from; the run's seed when it is not said.</summary>
    public long? Seed { get; init; }

    private SyntheticColumn? Written => Columns.Values.FirstOrDefault(column => column.Values is not null);

    /// <inheritdoc/>
    public override DataDescription Describe()
    {
        var columns = Columns.ToDictionary(column => column.Key, column => (Spec?)column.Value.Describe(Columns), StringComparer.Ordinal);
        return new DataDescription(Written is { } written
            ? new Dictionary<string, SplitDescription> { ["train"] = new(columns, written.Values!.Items.Count) }
            : Examples.ToDictionary(split => split.Key, split => new SplitDescription(columns, split.Value), StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public override Dataset Read(RandomKey seed)
    {
        using var scope = NewDisposeScope();
        var key = (Seed is { } own ? new RandomKey((ulong)own) : seed).Derive("synthetic");
        var counts = Written is { } written ? new Dictionary<string, int> { ["train"] = written.Values!.Items.Count } : Examples;
        var splits = new Dictionary<string, IReadOnlyDictionary<string, Column>>(StringComparer.Ordinal);
        foreach (var (split, count) in counts)
        {
            var made = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (var (name, column) in Columns)
            {
                made[name] = column.Make(name, count, made, key, split);
            }

            splits[split] = made.ToDictionary(column => column.Key, column => Column.Of(column.Value), StringComparer.Ordinal);
        }

        return new Dataset(splits);
    }
}
