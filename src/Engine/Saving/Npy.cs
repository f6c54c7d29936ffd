using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>The header of a NumPy array: what it is, without its values.</summary>
/// <param name="Type">What the elements are.</param>
/// <param name="ItemSize">Bytes of one element.</param>
/// <param name="BigEndian">Whether the bytes of an element stand the other way round.</param>
/// <param name="ColumnsFirst">Whether the first axis runs fastest (Fortran's order).</param>
/// <param name="Shape">The lengths of the axes.</param>
public sealed record NpyHeader(DataType Type, int ItemSize, bool BigEndian, bool ColumnsFirst, IReadOnlyList<long> Shape)
{
    /// <summary>How many elements there are.</summary>
    public long Count => Shape.Aggregate(1L, (product, length) => checked(product * length));
}

/// <summary>Reads and writes arrays in NumPy's format. Arrays of Python objects are refused: they hold code.</summary>
/// <remarks>Source: NumPy, <c>numpy.lib.format</c>, versions 1 to 3.</remarks>
public static partial class Npy
{
    private const int MaxHeader = 1 << 16;
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a header; the stream is then at the values.</summary>
    /// <param name="stream">The array.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataException">It is no such array.</exception>
    public static NpyHeader ReadHeader(Stream stream, string name)
    {
        var start = new byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan(0, 6).SequenceEqual(Magic))
        {
            throw new DataException($"{name} is no NumPy array.");
        }

        var size = new byte[start[6] == 1 ? 2 : 4];
        ReadExactly(stream, size, name);
        var length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MaxHeader)
        {
            throw new DataException($"{name} has a header of {length} bytes, which no array needs.");
        }

        var text = new byte[length];
        ReadExactly(stream, text, name);
        return Parse(Encoding.UTF8.GetString(text), name);
    }

    /// <summary>Reads an array; it belongs to the caller's scope.</summary>
    /// <param name="stream">The array.</param>
    /// <param name="available">How many bytes there can be; an array that says it has more is refused before it is made.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static Tensor Read(Stream stream, long available, string name)
    {
        var header = ReadHeader(stream, name);
        if (header.Count > available / header.ItemSize)
        {
            throw new DataException($"{name} says it has {header.Count} elements, and is too short for them.");
        }

        var values = empty([.. header.ColumnsFirst ? header.Shape.Reverse() : header.Shape], header.Type.ToTorch());
        foreach (var part in Parts(values))
        {
            ReadExactly(stream, part.Span, name);
            if (header.BigEndian)
            {
                Turn(part.Span, header.ItemSize);
            }
        }

        return header.ColumnsFirst && header.Shape.Count > 1
            ? values.permute([.. Enumerable.Range(0, header.Shape.Count).Reverse().Select(axis => (long)axis)]).contiguous()
            : values;
    }

    /// <summary>Writes an array.</summary>
    public static void Write(Stream stream, Tensor values)
    {
        using var scope = NewDisposeScope();
        var plain = values.detach().cpu().contiguous();
        if (plain.dtype == ScalarType.BFloat16)
        {
            plain = plain.to_type(ScalarType.Float32); // NumPy has no bfloat16
        }

        var shape = plain.dim() == 1 ? $"({plain.shape[0]},)" : $"({string.Join(", ", plain.shape)})";
        var text = $"{{'descr': '{Descr(plain.dtype)}', 'fortran_order': False, 'shape': {shape}, }}";
        var padded = (text.Length + 11 + 63) / 64 * 64; // the values begin at a multiple of 64
        stream.Write(Magic);
        stream.Write([1, 0]);
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)(padded - 10));
        stream.Write(size);
        stream.Write(Encoding.ASCII.GetBytes(text.PadRight(padded - 11) + "\n"));
        foreach (var part in Parts(plain))
        {
            stream.Write(part.Span);
        }
    }

    /// <summary>The memory of a tensor in parts of a size that a span can have.</summary>
    internal static IEnumerable<TensorPart> Parts(Tensor values)
    {
        const long Most = 1 << 28;
        var flat = values.reshape(-1);
        for (long start = 0; start < flat.numel(); start += Most)
        {
            yield return new TensorPart(flat.narrow(0, start, Math.Min(Most, flat.numel() - start)));
        }
    }

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex DescrPattern();

    [GeneratedRegex(@"'fortran_order':\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();

    private static NpyHeader Parse(string text, string name)
    {
        var (descr, order, shape) = (DescrPattern().Match(text), OrderPattern().Match(text), ShapePattern().Match(text));
        if (!descr.Success || !order.Success || !shape.Success)
        {
            throw new DataException($"{name} is an array of a kind that cannot be read here: its header is {text.Trim()}");
        }

        var kind = descr.Groups[1].Value;
        if (kind.Contains('O', StringComparison.Ordinal))
        {
            throw new DataException($"{name} holds Python objects, which are code and not data. Save it as numbers.");
        }

        var (type, size) = kind.TrimStart('<', '>', '|', '=') switch
        {
            "f2" => (DataType.Float16, 2),
            "f4" => (DataType.Float32, 4),
            "f8" => (DataType.Float64, 8),
            "u1" => (DataType.UInt8, 1),
            "i1" => (DataType.Int8, 1),
            "i2" => (DataType.Int16, 2),
            "i4" => (DataType.Int32, 4),
            "i8" => (DataType.Int64, 8),
            "b1" => (DataType.Bool, 1),
            _ => throw new DataException($"{name} has elements of NumPy's type '{kind}', which cannot be read here. Numbers of f2, f4, f8, u1, i1 to i8 and b1 can."),
        };
        var axes = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var lengths = new long[axes.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            if (!long.TryParse(axes[i], NumberStyles.None, CultureInfo.InvariantCulture, out lengths[i]))
            {
                throw new DataException($"{name} has a shape that is none: ({shape.Groups[1].Value}).");
            }
        }

        return new NpyHeader(type, size, kind[0] == '>', order.Groups[1].Value == "True", lengths);
    }

    private static string Descr(ScalarType type) => type switch
    {
        ScalarType.Float16 => "<f2",
        ScalarType.Float32 => "<f4",
        ScalarType.Float64 => "<f8",
        ScalarType.Byte => "|u1",
        ScalarType.Int8 => "|i1",
        ScalarType.Int16 => "<i2",
        ScalarType.Int32 => "<i4",
        ScalarType.Int64 => "<i8",
        ScalarType.Bool => "|b1",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "NumPy has no such type."),
    };

    private static void ReadExactly(Stream stream, Span<byte> bytes, string name)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new DataException($"{name} ends before its values do.");
        }
    }

    private static void Turn(Span<byte> bytes, int itemSize)
    {
        for (var i = 0; i < bytes.Length; i += itemSize)
        {
            bytes.Slice(i, itemSize).Reverse();
        }
    }

    /// <summary>A part of a tensor's memory.</summary>
    internal sealed record TensorPart(Tensor Values)
    {
        internal Span<byte> Span => MemoryMarshal.AsBytes(Values.bytes);
    }
}
