using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Inputs.Streams;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>
/// Opens a data set: the source's data, split, with transforms that have learned what they need from <c>train</c>. It is read whole, or while
/// it is used.
/// </summary>
public static class DatasetLoader
{
    private const int AdaptBatch = 1024;

    /// <summary>Reads a data set.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="source">Where it comes from and what is done to it.</param>
    /// <param name="seed">The run's seed, for data that are made up; they depend on it and on the name.</param>
    /// <param name="streams">Whether it is read while it is used; null decides as the source says.</param>
    /// <exception cref="DataException">It cannot be read, or a transform does not fit it.</exception>
    public static Dataset Load(string name, DataSource source, RandomKey seed, bool? streams = null)
    {
        using var scope = NewDisposeScope();
        var tables = streams ?? StreamingRule.Streams(source) ? source.Open(seed.Derive(name)) : null;
        var splits = tables?.ToDictionary(table => table.Key, table => Streamed(table.Value, source.ShuffleBuffer), StringComparer.Ordinal)
            ?? source.Read(seed.Derive(name)).Splits
                .ToDictionary(split => split.Key, split => new Dictionary<string, Column>(split.Value, StringComparer.Ordinal), StringComparer.Ordinal);
        if (source.Split is { } parts)
        {
            Carve(splits, parts);
        }

        foreach (var (column, transforms) in source.Transform)
        {
            if (!splits.Values.Any(columns => columns.ContainsKey(column)))
            {
                var names = splits.Values.SelectMany(columns => columns.Keys).Distinct().ToList();
                throw new DataException($"The data '{name}' have no column '{column}' to transform.{NearestName.Hint(column, names)} They have {string.Join(", ", names)}.");
            }

            foreach (var transform in transforms)
            {
                Apply(splits, column, transform.Layer);
            }
        }

        return new Dataset(splits.ToDictionary(split => split.Key, split => (IReadOnlyDictionary<string, Column>)split.Value, StringComparer.Ordinal))
        {
            Digests = tables?.Values.SelectMany(table => table.Digests).DistinctBy(digest => digest.Key).ToDictionary(StringComparer.Ordinal),
        };
    }

    private static Dictionary<string, Column> Streamed(RowTable table, int buffer) => table.Columns.Keys.ToDictionary(
        name => name,
        name => Column.Of(new StreamedRows(table, name, new RowChoice(null, 0, table.Count), table.ShufflesWhole ? null : buffer)),
        StringComparer.Ordinal);

    private static void Carve(Dictionary<string, Dictionary<string, Column>> splits, SplitOptions parts)
    {
        parts.Check(splits.Keys);
        var whole = splits[DataSource.Train];
        foreach (var (name, examples) in parts.Choose(whole.Values.First().Count))
        {
            splits[name] = whole.ToDictionary(column => column.Key, column => column.Value.Chosen(examples), StringComparer.Ordinal);
        }

        foreach (var column in whole.Values)
        {
            column.Dispose();
        }
    }

    private static void Apply(Dictionary<string, Dictionary<string, Column>> splits, string name, Layer layer)
    {
        try
        {
            if (layer is IAdapts { NeedsData: true } adapts)
            {
                layer = splits.TryGetValue(DataSource.Train, out var train) && train.TryGetValue(name, out var column)
                    ? adapts.Adapt(Batches(column))
                    : throw new DataException($"The transform of '{name}' learns from the split 'train', which has no such column.");
            }

            foreach (var columns in splits.Values.Where(columns => columns.ContainsKey(name)))
            {
                var before = columns[name];
                columns[name] = before.With(layer);
                if (layer is ToCategorical classes && !before.IsStreamed)
                {
                    classes.Check(Batches(before), name);
                }
            }
        }
        catch (ShapeException misfit)
        {
            throw new DataException($"A transform does not fit the column '{name}': {NameOf(layer)} {misfit.Message}.", misfit);
        }
    }

    /// <summary>What a layer is called in an experiment file.</summary>
    internal static string NameOf(Layer layer) => layer is ToCategorical ? ToCategorical.KerasName : Catalog.NameOf(layer.GetType());

    private static IEnumerable<Tensor> Batches(Column column)
    {
        using var batches = column.Batches(AdaptBatch).GetEnumerator();
        while (true)
        {
            using var scope = NewDisposeScope();
            if (!batches.MoveNext())
            {
                yield break;
            }

            yield return batches.Current;
        }
    }
}
