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
    private const string Train = "train";
    private const string Validation = "validation";
    private const long AdaptBatch = 4096;

    /// <summary>Reads a data set.</summary>
    /// <param name="source">Where it comes from and what is done to it.</param>
    /// <param name="seed">The run's seed, for data that are made up.</param>
    /// <exception cref="DataException">It cannot be read, or a transform does not fit it.</exception>
    public static Dataset Load(DataSource source, RandomKey seed)
    {
        using var scope = NewDisposeScope();
        var splits = source.Read(seed).Splits.ToDictionary(split => split.Key, split => new Dictionary<string, Column>(split.Value), StringComparer.Ordinal);
        if (source.Split is { } part)
        {
            Carve(splits, part);
        }

        foreach (var (name, transforms) in source.Transform)
        {
            foreach (var transform in transforms)
            {
                Apply(splits, name, transform.Layer);
            }
        }

        return new Dataset(splits.ToDictionary(split => split.Key, split => (IReadOnlyDictionary<string, Column>)split.Value, StringComparer.Ordinal));
    }

    private static void Carve(Dictionary<string, Dictionary<string, Column>> splits, Sources.SplitOptions part)
    {
        if (!splits.TryGetValue(Train, out var train))
        {
            throw new DataException("There is no split 'train' to carve a validation part out of.");
        }

        var count = train.Values.First().Count;
        var order = new RandomKey((ulong)part.Seed).Derive(Validation).Permutation(count);
        var carved = (int)Math.Round(count * part.Validation);
        var (validation, rest) = (tensor(order[..carved].Order().ToArray()), tensor(order[carved..].Order().ToArray()));
        splits[Validation] = train.ToDictionary(column => column.Key, column => column.Value.WithValues(column.Value.Values.index_select(0, validation)));
        splits[Train] = train.ToDictionary(column => column.Key, column =>
        {
            using var whole = column.Value;
            return whole.WithValues(whole.Values.index_select(0, rest));
        });
    }

    private static void Apply(Dictionary<string, Dictionary<string, Column>> splits, string name, Layer layer)
    {
        if (layer is IAdapts { NeedsData: true } adapts)
        {
            layer = splits.TryGetValue(Train, out var train) && train.TryGetValue(name, out var column)
                ? adapts.Adapt(Batches(column))
                : throw new DataException($"The transform of '{name}' learns from the split 'train', which has no such column.");
        }

        foreach (var columns in splits.Values.Where(columns => columns.ContainsKey(name)))
        {
            try
            {
                columns[name] = columns[name].With(layer);
            }
            catch (ShapeException misfit)
            {
                throw new DataException($"A transform does not fit the column '{name}': it {misfit.Message}.");
            }
        }
    }

    private static IEnumerable<Tensor> Batches(Column column)
    {
        for (long start = 0; start < column.Count; start += AdaptBatch)
        {
            using var scope = NewDisposeScope();
            yield return column.Range(start, Math.Min(AdaptBatch, column.Count - start));
        }
    }
}
