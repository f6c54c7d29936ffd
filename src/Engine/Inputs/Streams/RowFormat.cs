using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>An array in a file whose rows follow one another, each of the same number of bytes.</summary>
/// <param name="Name">What to call it in messages.</param>
/// <param name="Spec">Shape and type of a batch.</param>
/// <param name="Count">How many rows there are.</param>
/// <param name="RowBytes">The bytes of a row in the file.</param>
/// <param name="Make">Makes so many rows of their bytes, in the caller's scope.</param>
internal sealed record RowFormat(string Name, Spec Spec, long Count, long RowBytes, Func<ReadBytes, int, ArrayValues> Make)
{
    /// <summary>An array of NumPy's.</summary>
    /// <exception cref="DataException">Its rows do not follow one another.</exception>
    internal static RowFormat Of(NpyHeader header, string name)
    {
        if (header.ColumnsFirst && header.Shape.Count > 1)
        {
            throw new DataException($"{name} is kept column by column (Fortran's order), so its rows cannot be read one by one. Save it with numpy.ascontiguousarray, or say 'stream: false'.");
        }

        return new RowFormat(
            name,
            new Spec(Shape.OfBatch(header.Shape.Skip(1).Select(length => (long?)length)), header.Type),
            header.Shape[0],
            header.Shape.Skip(1).Aggregate((long)header.ItemSize, (product, length) => checked(product * length)),
            (read, rows) => Npy.ReadValues(read, header with { Shape = [rows, .. header.Shape.Skip(1)] }, name));
    }

    /// <summary>An array in MNIST's format.</summary>
    internal static RowFormat Of(DataType type, long[] shape, string name) => new(
        name,
        new Spec(Shape.OfBatch(shape.Skip(1).Select(length => (long?)length)), type),
        shape[0],
        shape.Skip(1).Aggregate((long)type.ToTorch().ElementSize(), (product, length) => checked(product * length)),
        (read, rows) => new ArrayValues(IdxFile.ReadValues(read, type, [rows, .. shape[1..]])));
}
