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
/// <param name="read">Reads the elements, last axis fastest.</param>
internal sealed class StoredArray(IReadOnlyList<long> shape, StoredType type, bool bigEndian, Func<byte[]> read)
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
        var bytes = Bytes();
        long[] axes = [.. Shape];
        return Type switch
        {
            StoredType.Float32 => tensor(Cast<float>(bytes), axes),
            StoredType.Float64 => tensor(Cast<double>(bytes), axes),
            StoredType.Float16 => tensor(Array.ConvertAll(Cast<Half>(bytes), half => (float)half), axes).to_type(float16),
            StoredType.BFloat16 => tensor(Array.ConvertAll(Cast<ushort>(bytes), bits => BitConverter.UInt32BitsToSingle((uint)bits << 16)), axes).to_type(bfloat16),
            StoredType.Int8 => tensor(Cast<sbyte>(bytes), axes),
            StoredType.UInt8 => tensor(bytes, axes),
            StoredType.Int16 => tensor(Cast<short>(bytes), axes),
            StoredType.UInt16 => tensor(Array.ConvertAll(Cast<ushort>(bytes), number => (int)number), axes),
            StoredType.Int32 => tensor(Cast<int>(bytes), axes),
            StoredType.UInt32 => tensor(Array.ConvertAll(Cast<uint>(bytes), number => (long)number), axes),
            StoredType.Int64 => tensor(Cast<long>(bytes), axes),
            StoredType.UInt64 => tensor(Array.ConvertAll(Cast<ulong>(bytes), number => (long)number), axes),
            _ => tensor(Array.ConvertAll(bytes, flag => flag != 0), axes),
        };
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

    private static T[] Cast<T>(byte[] bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes).ToArray();

    private byte[] Bytes()
    {
        var bytes = read();
        if (bytes.Length != Count * SizeOf(Type))
        {
            throw new FileProblem("An array has more or fewer bytes than its shape says.");
        }

        if (bigEndian)
        {
            var size = SizeOf(Type);
            for (var at = 0; at < bytes.Length && size > 1; at += size)
            {
                bytes.AsSpan(at, size).Reverse();
            }
        }

        return bytes;
    }
}
