using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Operations;

/// <summary>How shapes and types of several arguments become those of one result.</summary>
internal static class Broadcast
{
    /// <summary>The common shape, numpy's way: from the last axis on, an axis of 1 becomes as long as the other.</summary>
    /// <exception cref="ShapeException">There is none.</exception>
    internal static Shape Shapes(Operation operation, IEnumerable<Shape> shapes)
    {
        List<long?> common = [];
        foreach (var shape in shapes)
        {
            while (common.Count < shape.Rank)
            {
                common.Insert(0, 1);
            }

            for (var i = 1; i <= shape.Rank; i++)
            {
                var (one, other) = (common[^i], shape[-i]);
                common[^i] = one == 1 ? other
                    : other == 1 || other == one || other is null ? one
                    : one ?? other;
                if (one is > 1 && other is > 1 && one != other)
                {
                    throw operation.Misuse($"cannot join {string.Join(" and ", shapes)}");
                }
            }
        }

        return new Shape(common);
    }

    /// <summary>The common type: the first that has a fraction, otherwise the widest.</summary>
    internal static DataType Types(IEnumerable<DataType> types, bool withFraction = false)
    {
        var all = types.ToList();
        var real = all.Where(type => type.IsFloat()).ToList();
        return real.Count > 0 ? real.Contains(DataType.Float64) ? DataType.Float64 : real.TrueForAll(type => type == real[0]) ? real[0] : DataType.Float32
            : withFraction ? DataType.Float32
            : all.MaxBy(Width);

        static int Width(DataType type) => type switch
        {
            DataType.Bool => 0,
            DataType.Int8 => 1,
            DataType.UInt8 => 2,
            DataType.Int16 => 3,
            DataType.Int32 => 4,
            _ => 5,
        };
    }
}
