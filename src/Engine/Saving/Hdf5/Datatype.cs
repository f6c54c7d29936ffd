
namespace ExperimentRunner.Engine.Saving.Hdf5;

/// <summary>What the elements of an array or an attribute are.</summary>
/// <param name="Class">The format's number for the kind of type.</param>
/// <param name="Size">How many bytes an element has.</param>
/// <param name="Number">The type of number, where it is one that models have.</param>
/// <param name="BigEndian">Whether the first byte of a number is its greatest.</param>
/// <param name="HasAnyLength">Whether it is text kept elsewhere, of any length.</param>
internal sealed record Datatype(int Class, int Size, StoredType? Number, bool BigEndian = false, bool HasAnyLength = false)
{
    private const int Integer = 0;
    private const int Real = 1;
    private const int FixedText = 3;
    private const int BitField = 4;
    private const int Opaque = 5;
    private const int Choice = 8;
    private const int VariableLength = 9;

    /// <summary>Whether it is text.</summary>
    internal bool IsText => Class == FixedText || HasAnyLength;

    /// <summary>Reads the description of a type.</summary>
    internal static Datatype Read(ReadOnlySpan<byte> message, Hdf5File file)
    {
        var cursor = new Cursor(message, file);
        var kind = cursor.Byte() & 0x0F;
        var bits = cursor.Take(3)[0];
        var declared = cursor.UInt32();
        var size = declared is > 0 and < (1 << 20) ? (int)declared : throw new FileProblem("The HDF5 file is damaged: a type in it has no sense.");
        var bigEndian = (bits & 1) != 0;
        return kind switch
        {
            Integer or BitField => new Datatype(kind, size, IntegerOf(size, (bits & 8) != 0), bigEndian),
            Real => new Datatype(kind, size, RealOf(cursor.Rest, size), bigEndian),
            Opaque => new Datatype(kind, size, size == 2 ? StoredType.BFloat16 : null),
            Choice when size == 1 => new Datatype(kind, size, StoredType.Bool),
            VariableLength when (bits & 0x0F) == 1 => new Datatype(kind, size, null, HasAnyLength: true),
            _ => new Datatype(kind, size, null),
        };
    }

    private static StoredType? IntegerOf(int size, bool signed) => (size, signed) switch
    {
        (1, true) => StoredType.Int8,
        (1, false) => StoredType.UInt8,
        (2, true) => StoredType.Int16,
        (2, false) => StoredType.UInt16,
        (4, true) => StoredType.Int32,
        (4, false) => StoredType.UInt32,
        (8, true) => StoredType.Int64,
        (8, false) => StoredType.UInt64,
        _ => null,
    };

    private static StoredType? RealOf(ReadOnlySpan<byte> properties, int size)
    {
        const int exponentSize = 5;
        var exponent = properties.Length > exponentSize ? properties[exponentSize] : 0;
        return (size, exponent) switch
        {
            (2, 5) => StoredType.Float16,
            (2, 8) => StoredType.BFloat16,
            (4, 8) => StoredType.Float32,
            (8, 11) => StoredType.Float64,
            _ => null,
        };
    }
}
