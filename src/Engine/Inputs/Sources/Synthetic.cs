using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>Made-up data: drawn at random, computed from other columns, or written in the file. The same for the same seed.</summary>
/// <remarks>Splits: those of <c>examples</c>, or <c>train</c> where columns are written. Columns: those of <c>columns</c>.</remarks>
[KerasName("synthetic")]
public sealed record Synthetic : DataSource
{
    /// <summary>What the columns are, each computed from those before it.</summary>
    public required IReadOnlyDictionary<string, SyntheticColumn> Columns { get; init; }

    /// <summary>How many examples each split has. Where columns are written, they say it themselves.</summary>
    public IReadOnlyDictionary<string, int> Examples { get; init; } = new Dictionary<string, int> { [Train] = 1000, ["test"] = 200 };

    /// <summary>Where the random numbers come from; the run's seed and the data set's name when it is not said.</summary>
    public long? Seed { get; init; }

    private IReadOnlyDictionary<string, int> Counts => Columns.Values.FirstOrDefault(column => column.Values is not null)?.Values is { } written
        ? new Dictionary<string, int> { [Train] = (int)written.Shape[0] }
        : Examples;

    /// <inheritdoc/>
    public override DataDescription Describe(bool readHeaders = false)
    {
        var columns = Columns.ToDictionary(column => column.Key, column => (Spec?)column.Value.Describe(), StringComparer.Ordinal);
        return new DataDescription(Counts.ToDictionary(split => split.Key, split => new SplitDescription(columns, split.Value), StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public override Dataset Read(RandomKey seed)
    {
        using var scope = NewDisposeScope();
        return new Dataset(Open(seed).ToDictionary(
            table => table.Key,
            table => (IReadOnlyDictionary<string, Column>)table.Value.Columns.Keys.Zip(table.Value.Open([.. table.Value.Columns.Keys]).Read(0, (int)table.Value.Count))
                .ToDictionary(column => column.First, column => Column.Of(column.Second), StringComparer.Ordinal),
            StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, RowTable> Open(RandomKey seed)
    {
        var key = (Seed is { } own ? new RandomKey((ulong)own) : seed).Derive("synthetic");
        return Counts.ToDictionary(split => split.Key, split => (RowTable)new SyntheticRows(Columns, split.Value, key, split.Key), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override IEnumerable<OptionMistake> FindMistakes()
    {
        foreach (var mistake in base.FindMistakes().Concat(DotsIn(Examples.Keys, "examples")))
        {
            yield return mistake;
        }

        if (Columns.Count == 0)
        {
            yield return new OptionMistake("columns", "There are no columns.", "at least one column");
        }

        if (Examples.Count == 0 || Examples.Values.Any(count => count < 1))
        {
            yield return new OptionMistake("examples", "A split has no examples.", "numbers of at least 1, by split");
        }

        var written = Columns.Where(column => column.Value.Values is not null).ToList();
        if (written.Find(column => column.Value.Values!.Shape[0] != written[0].Value.Values!.Shape[0]) is { Key: not null } other)
        {
            yield return new OptionMistake(
                "columns", $"'{written[0].Key}' has {written[0].Value.Values!.Shape[0]} values, but '{other.Key}' has {other.Value.Values!.Shape[0]}.", "as many of each");
        }

        var before = new List<string>();
        foreach (var (name, column) in Columns)
        {
            if (column.LinearOf is { } from && (!before.Contains(from) || Columns[from].Values?.Text is not null))
            {
                yield return new OptionMistake(
                    "columns",
                    before.Contains(from) ? $"'{name}' is linear_of '{from}', which is text." : $"'{name}' is linear_of '{from}', which is no column before it.{NearestName.Hint(from, before)}",
                    "a column of numbers that stands above");
            }

            before.Add(name);
        }
    }
}
