using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Inputs.Sources;

/// <summary>A made-up column: drawn (<c>shape</c>), computed from another (<c>linear_of</c>), or written in the file (<c>values</c>).</summary>
public sealed record SyntheticColumn
{
    /// <summary>The shape of one drawn example; <c>[]</c> is a number.</summary>
    public IReadOnlyList<int> Shape { get; init; } = [];

    /// <summary>How numbers are drawn.</summary>
    public Distribution Distribution { get; init; } = Distribution.Normal;

    /// <summary>The column this one is a random linear function of; the function is the same in every split.</summary>
    public string? LinearOf { get; init; }

    /// <summary>Makes the class with the highest score of it, from 0; drawn columns get a random class.</summary>
    [AtLeast(2)]
    public int? Classes { get; init; }

    /// <summary>Standard deviation of normal noise on the linear function.</summary>
    [AtLeast(0)]
    public double Noise { get; init; }

    /// <summary>The examples themselves: a list of numbers, or of lists of numbers.</summary>
    public ListNode? Values { get; init; }

    /// <summary>Shape and type of a batch.</summary>
    internal Spec Describe(IReadOnlyDictionary<string, SyntheticColumn> columns) =>
        Values is not null ? new Spec(Tensors.Shape.OfBatch([.. Lengths(Values.Items[0])]))
        : Classes is not null ? new Spec(Tensors.Shape.OfBatch(), DataType.Int64)
        : LinearOf is not null ? new Spec(Tensors.Shape.OfBatch(1))
        : new Spec(Tensors.Shape.OfBatch(Shape.Select(length => (long?)length)));

    /// <summary>Makes the column for a split.</summary>
    internal Tensor Make(string name, int count, Dictionary<string, Tensor> made, RandomKey seed, string split)
    {
        var key = seed.Derive(name).Derive(split);
        if (Values is not null)
        {
            return Written(Values, name);
        }

        if (LinearOf is null)
        {
            return Classes is { } classes
                ? Drawn([count], key, Distribution.Uniform).mul(classes).floor().to_type(ScalarType.Int64)
                : Drawn([count, .. Shape.Select(length => (long)length)], key, Distribution);
        }

        if (!made.TryGetValue(LinearOf, out var from))
        {
            throw new DataException($"The column '{name}' is linear_of '{LinearOf}', which is no column before it.{NearestName.Hint(LinearOf, made.Keys)}");
        }

        var x = from.reshape(count, -1).to_type(ScalarType.Float32);
        var scores = x.matmul(Drawn([x.shape[1], Classes ?? 1], seed.Derive(name).Derive("weights"), Distribution.Normal)); // [count, classes]
        scores = Noise == 0 ? scores : scores + Drawn(scores.shape, key, Distribution.Normal).mul(Noise);
        return Classes is null ? scores : scores.argmax(1);
    }

    private static Tensor Drawn(long[] shape, RandomKey key, Distribution distribution)
    {
        var numbers = empty(shape);
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(numbers.bytes);
        if (distribution == Distribution.Normal)
        {
            key.FillNormal(values);
        }
        else
        {
            key.FillUniform(values);
        }

        return numbers;
    }

    private static Tensor Written(ListNode values, string name)
    {
        long[] shape = [values.Items.Count, .. Lengths(values.Items[0]).Select(length => length!.Value)];
        var numbers = new List<float>();
        Collect(values, shape, 0, numbers, name);
        return tensor(numbers.ToArray()).reshape(shape);
    }

    private static IEnumerable<long?> Lengths(Node example)
    {
        for (var level = example; level is ListNode list; level = list.Items.Count > 0 ? list.Items[0] : null!)
        {
            yield return list.Items.Count;
        }
    }

    private static void Collect(Node node, long[] shape, int axis, List<float> numbers, string name)
    {
        if (axis == shape.Length)
        {
            var errors = new List<ConfigError>();
            if (!Form.Of(typeof(double)).TryRead(node, new Reading(Dialect.Experiment, errors, name), out var number))
            {
                throw new DataException($"{node.At}: the values of '{name}' are {node.Kind} here, where a number is due.");
            }

            numbers.Add((float)(double)number!);
            return;
        }

        if (node is not ListNode list || list.Items.Count != shape[axis])
        {
            throw new DataException($"{node.At}: the values of '{name}' differ in shape here: a list of {shape[axis]} is due.");
        }

        foreach (var item in list.Items)
        {
            Collect(item, shape, axis + 1, numbers, name);
        }
    }
}

/// <summary>How numbers are drawn.</summary>
public enum Distribution
{
    /// <summary>Mean 0, standard deviation 1.</summary>
    Normal,

    /// <summary>From 0 up to 1.</summary>
    Uniform,
}
