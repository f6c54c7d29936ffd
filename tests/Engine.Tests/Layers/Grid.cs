using TorchSharp;

namespace ExperimentRunner.Engine.Tests.Layers;

/// <summary>Numbers by index, for computations in plain loops that libtorch's are compared with.</summary>
internal sealed class Grid(params long[] shape)
{
    public long[] Shape { get; } = shape;

    public double[] Values { get; } = new double[shape.Aggregate(1L, (a, b) => a * b)];

    public double this[params long[] index]
    {
        get => Values[Flat(index)];
        set => Values[Flat(index)] = value;
    }

    /// <summary>All indices, the last axis fastest.</summary>
    public IEnumerable<long[]> Indices => IndicesOf(Shape);

    /// <summary>Random numbers that the machine holds exactly in a float32.</summary>
    public static Grid Random(Random random, params long[] shape)
    {
        var grid = new Grid(shape);
        for (var i = 0; i < grid.Values.Length; i++)
        {
            grid.Values[i] = (float)((random.NextDouble() * 2) - 1);
        }

        return grid;
    }

    public static Grid Of(torch.Tensor tensor)
    {
        var grid = new Grid(tensor.shape);
        tensor.to_type(torch.ScalarType.Float64).contiguous().data<double>().ToArray().CopyTo(grid.Values, 0);
        return grid;
    }

    public static IEnumerable<long[]> IndicesOf(params long[] shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        for (var flat = 0L; flat < count; flat++)
        {
            var index = new long[shape.Length];
            var rest = flat;
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            }

            yield return index;
        }
    }

    public torch.Tensor ToTensor() => torch.tensor(Array.ConvertAll(Values, value => (float)value), Shape);

    /// <summary>Whether an index lies inside.</summary>
    public bool Has(long[] index) => index.Zip(Shape).All(axis => axis.First >= 0 && axis.First < axis.Second);

    private long Flat(long[] index) => index.Zip(Shape).Aggregate(0L, (flat, axis) => (flat * axis.Second) + axis.First);
}
