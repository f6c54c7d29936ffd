using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>Reads a data set whole: the source's data, split, with transforms that have learned what they need from <c>train</c>.</summary>
public static class DatasetLoader
{
    private const long AdaptBatch = 1024;

    /// <summary>Reads a data set.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="source">Where it comes from and what is done to it.</param>
    /// <param name="seed">The run's seed, for data that are made up; they depend on it and on the name.</param>
    /// <exception cref="DataException">It cannot be read, or a transform does not fit it.</exception>
    public static Dataset Load(string name, DataSource source, RandomKey seed)
    {
        using var scope = NewDisposeScope();
        var splits = source.Read(seed.Derive(name)).Splits
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

        return new Dataset(splits.ToDictionary(split => split.Key, split => (IReadOnlyDictionary<string, Column>)split.Value, StringComparer.Ordinal));
    }

    private static void Carve(Dictionary<string, Dictionary<string, Column>> splits, SplitOptions parts)
    {
        parts.Check(splits.Keys);
        var whole = splits[DataSource.Train];
        foreach (var (name, examples) in parts.Choose(whole.Values.First().Count))
        {
            var rows = tensor(examples);
            splits[name] = whole.ToDictionary(column => column.Key, column => column.Value.WithValues(column.Value.Values.Take(rows)), StringComparer.Ordinal);
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
                (layer as ToCategorical)?.Check(Batches(before), name);
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
        for (long start = 0; start < column.Count; start += AdaptBatch)
        {
            using var scope = NewDisposeScope();
            yield return column.Range(start, Math.Min(AdaptBatch, column.Count - start));
        }
    }
}
