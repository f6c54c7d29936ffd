using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>What the elements of an array in a file are.</summary>
internal enum StoredType
{
    /// <summary>IEEE floating point of 16 bits.</summary>
    Float16,

    /// <summary>The upper half of a float32.</summary>
    BFloat16,

    /// <summary>IEEE floating point of 32 bits.</summary>
    Float32,

    /// <summary>IEEE floating point of 64 bits.</summary>
    Float64,

    /// <summary>A signed integer of 8 bits.</summary>
    Int8,

    /// <summary>An unsigned integer of 8 bits.</summary>
    UInt8,

    /// <summary>A signed integer of 16 bits.</summary>
    Int16,

    /// <summary>An unsigned integer of 16 bits.</summary>
    UInt16,

    /// <summary>A signed integer of 32 bits.</summary>
    Int32,

    /// <summary>An unsigned integer of 32 bits.</summary>
    UInt32,

    /// <summary>A signed integer of 64 bits.</summary>
    Int64,

    /// <summary>An unsigned integer of 64 bits.</summary>
    UInt64,

    /// <summary>True or false, in a byte.</summary>
    Bool,
}

/// <summary>An array in a file: its shape is known, its elements are read when asked for.</summary>
/// <param name="shape">The lengths of its axes; none for a single number.</param>
/// <param name="type">What its elements are.</param>
/// <param name="bigEndian">Whether the first byte of a number is its greatest.</param>
/// <param name="read">Reads the elements into memory of just their size, last axis fastest.</param>
internal sealed class StoredArray(IReadOnlyList<long> shape, StoredType type, bool bigEndian, Action<Span<byte>> read)
{
    /// <summary>The lengths of its axes.</summary>
    internal IReadOnlyList<long> Shape { get; } = shape;

    /// <summary>What its elements are.</summary>
    internal StoredType Type { get; } = type;

    /// <summary>How many elements there are.</summary>
    internal long Count { get; } = shape.Aggregate(1L, (product, length) => checked(product * length));

    /// <summary>How many bytes an element has.</summary>
    internal static int SizeOf(StoredType type) => type switch
    {
        StoredType.Int8 or StoredType.UInt8 or StoredType.Bool => 1,
        StoredType.Float16 or StoredType.BFloat16 or StoredType.Int16 or StoredType.UInt16 => 2,
        StoredType.Float64 or StoredType.Int64 or StoredType.UInt64 => 8,
        _ => 4,
    };

    /// <summary>The elements as a tensor of their type; unsigned types of more than 8 bits become the next wider.</summary>
    internal Tensor ToTensor()
    {
        switch (Type)
        {
            case StoredType.UInt16:
                return Wider<ushort>(ScalarType.Int32, number => number);
            case StoredType.UInt32:
                return Wider<uint>(ScalarType.Int64, number => number);
            case StoredType.UInt64:
                return Wider<ulong>(ScalarType.Int64, number => (long)number);
        }

        var values = empty([.. Shape], Type == StoredType.Bool ? ScalarType.Byte : ScalarTypeOf(Type));
        if (Count > 0)
        {
            Fill(values.bytes);
        }

        return Type == StoredType.Bool ? values.ne(0) : values;
    }

    /// <summary>The only element, as a number; it needs no libtorch.</summary>
    /// <exception cref="FileProblem">There are several, or none.</exception>
    internal double ToNumber()
    {
        if (Count != 1)
        {
            throw new FileProblem($"A single number is due where there is an array of {Count}.");
        }

        var bytes = Bytes();
        return Type switch
        {
            StoredType.Float32 => BitConverter.ToSingle(bytes),
            StoredType.Float64 => BitConverter.ToDouble(bytes),
            StoredType.Float16 => (double)BitConverter.ToHalf(bytes),
            StoredType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes) << 16),
            StoredType.Int8 => (sbyte)bytes[0],
            StoredType.Int16 => BitConverter.ToInt16(bytes),
            StoredType.UInt16 => BitConverter.ToUInt16(bytes),
            StoredType.Int32 => BitConverter.ToInt32(bytes),
            StoredType.UInt32 => BitConverter.ToUInt32(bytes),
            StoredType.Int64 => BitConverter.ToInt64(bytes),
            StoredType.UInt64 => BitConverter.ToUInt64(bytes),
            _ => bytes[0],
        };
    }

    private static ScalarType ScalarTypeOf(StoredType type) => type switch
    {
        StoredType.Float16 => ScalarType.Float16,
        StoredType.BFloat16 => ScalarType.BFloat16,
        StoredType.Float64 => ScalarType.Float64,
        StoredType.Int8 => ScalarType.Int8,
        StoredType.UInt8 => ScalarType.Byte,
        StoredType.Int16 => ScalarType.Int16,
        StoredType.Int32 => ScalarType.Int32,
        StoredType.Int64 => ScalarType.Int64,
        _ => ScalarType.Float32,
    };

    private Tensor Wider<T>(ScalarType type, Func<T, long> widen)
        where T : unmanaged => tensor(Array.ConvertAll(MemoryMarshal.Cast<byte, T>(Bytes()).ToArray(), number => widen(number)), [.. Shape]).to_type(type);

    private byte[] Bytes()
    {
        var bytes = new byte[Count * SizeOf(Type)];
        Fill(bytes);
        return bytes;
    }

    private void Fill(Span<byte> bytes)
    {
        read(bytes);
        var size = SizeOf(Type);
        for (var at = 0; bigEndian && size > 1 && at < bytes.Length; at += size)
        {
            bytes.Slice(at, size).Reverse();
        }
    }
}
