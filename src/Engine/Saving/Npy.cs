using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>The header of a NumPy array: what it is, without its values.</summary>
/// <param name="Kind">NumPy's letter and size: <c>f4</c>, <c>u1</c>, <c>U12</c>.</param>
/// <param name="Type">What the elements become here; unsigned integers that libtorch has not become larger signed ones.</param>
/// <param name="ItemSize">Bytes of one element in the file.</param>
/// <param name="BigEndian">Whether the bytes of an element stand the other way round.</param>
/// <param name="ColumnsFirst">Whether the first axis runs fastest (Fortran's order).</param>
/// <param name="Shape">The lengths of the axes.</param>
public sealed record NpyHeader(string Kind, DataType Type, int ItemSize, bool BigEndian, bool ColumnsFirst, IReadOnlyList<long> Shape)
{
    /// <summary>How many elements there are; no more than an array can have.</summary>
    public long Count => Shape.Contains(0) ? 0 : (long)Math.Min(Shape.Aggregate(1.0, (product, length) => product * length), long.MaxValue);
}

/// <summary>Reads the next bytes of something, as many as there is room for.</summary>
internal delegate void ReadBytes(Span<byte> bytes);

/// <summary>Reads and writes arrays in NumPy's format. Arrays of Python objects are refused: they hold code.</summary>
/// <remarks>Source: NumPy, <c>numpy.lib.format</c>, versions 1 to 3.</remarks>
public static partial class Npy
{
    private const int MaxHeader = 1 << 16;
    private const int MaxAxes = 64; // NumPy's own limit
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="DataException">It is no such array, or not there.</exception>
    public static NpyHeader ReadHeader(string path)
    {
        using var file = DataFile.OpenRead(path);
        return ReadHeader(file, path);
    }

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

    /// <summary>Reads a file; numbers belong to the caller's scope.</summary>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static ArrayValues ReadAny(string path)
    {
        using var file = DataFile.OpenRead(path);
        return ReadAny(file, file.Length, path);
    }

    /// <summary>Reads an array of numbers; they belong to the caller's scope.</summary>
    /// <param name="stream">The array.</param>
    /// <param name="available">How many bytes there can be; an array that says it has more is refused before it is made.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataException">It cannot be read, or is text.</exception>
    public static Tensor Read(Stream stream, long available, string name) =>
        ReadAny(stream, available, name).Numbers ?? throw new DataException($"{name} is text, where numbers are due.");

    /// <summary>Reads an array of numbers or text; numbers belong to the caller's scope.</summary>
    /// <param name="stream">The array.</param>
    /// <param name="available">How many bytes there can be; an array that says it has more is refused before it is made.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    public static ArrayValues ReadAny(Stream stream, long available, string name)
    {
        var header = ReadHeader(stream, name);
        if (header.Count > available / Math.Max(1, header.ItemSize))
        {
            throw new DataException($"{name} says it has {header.Count} elements, and is too short for them.");
        }

        return ReadValues(bytes => ReadExactly(stream, bytes, name), header, name);
    }

    /// <summary>Makes an array of its bytes; numbers belong to the caller's scope.</summary>
    /// <param name="read">Reads the next bytes.</param>
    /// <param name="header">What the array is; its shape may be that of a part.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataException">It cannot be read.</exception>
    internal static ArrayValues ReadValues(ReadBytes read, NpyHeader header, string name)
    {
        if (header.Type == DataType.String)
        {
            return new ArrayValues(ReadText(read, header));
        }

        var values = empty([.. InFile(header)], Stored(header));
        foreach (var part in TensorBytes.Of(values))
        {
            read(part.Span);
            if (header.BigEndian)
            {
                Turn(part.Span, header.ItemSize);
            }
        }

        values = Widened(values, header, name);
        return new ArrayValues(header.ColumnsFirst && header.Shape.Count > 1
            ? values.permute([.. Enumerable.Range(0, header.Shape.Count).Reverse().Select(axis => (long)axis)]).contiguous()
            : values);
    }

    /// <summary>Writes an array of numbers; bfloat16, which NumPy has not, as float32.</summary>
    public static void Write(Stream stream, Tensor values)
    {
        WriteHeader(stream, Descr(values.dtype == ScalarType.BFloat16 ? ScalarType.Float32 : values.dtype), values.shape);
        WriteValues(stream, values);
    }

    /// <summary>Writes the header of an array whose values are written after it, part by part.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="part">A part of the values.</param>
    /// <param name="rows">How many rows all parts have together.</param>
    public static void WriteHeader(Stream stream, Tensor part, long rows) =>
        WriteHeader(stream, Descr(part.dtype == ScalarType.BFloat16 ? ScalarType.Float32 : part.dtype), [rows, .. part.shape[1..]]);

    /// <summary>Writes values without a header.</summary>
    public static void WriteValues(Stream stream, Tensor values)
    {
        using var scope = NewDisposeScope();
        var plain = values.detach().cpu().contiguous();
        plain = plain.dtype == ScalarType.BFloat16 ? plain.to_type(ScalarType.Float32) : plain;
        foreach (var part in TensorBytes.Of(plain))
        {
            stream.Write(part.Span);
        }
    }

    /// <summary>Writes an array of text.</summary>
    public static void Write(Stream stream, TextArray values)
    {
        var longest = Math.Max(1, values.Values.Select(text => text.EnumerateRunes().Count()).DefaultIfEmpty().Max());
        WriteHeader(stream, $"<U{longest}", [.. values.Shape]);
        var item = new byte[4 * longest];
        foreach (var text in values.Values)
        {
            Array.Clear(item);
            Encoding.UTF32.GetBytes(text, item);
            stream.Write(item);
        }
    }

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex DescrPattern();

    [GeneratedRegex(@"'fortran_order':\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape':\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();

    [GeneratedRegex(@"^[<>|=]?([a-zA-Z])(\d{1,6})$")]
    private static partial Regex KindPattern();

    private static NpyHeader Parse(string text, string name)
    {
        var (descr, order, shape) = (DescrPattern().Match(text), OrderPattern().Match(text), ShapePattern().Match(text));
        if (!descr.Success || !order.Success || !shape.Success)
        {
            throw new DataException($"{name} is an array of a kind that cannot be read here: its header is {text.Trim()}");
        }

        var written = descr.Groups[1].Value;
        if (written.Contains('O', StringComparison.Ordinal))
        {
            throw new DataException($"{name} holds Python objects, which are code and not data. Save it as numbers or text.");
        }

        var kind = KindPattern().Match(written);
        var (letter, number) = kind.Success ? (kind.Groups[1].Value, int.Parse(kind.Groups[2].ValueSpan, CultureInfo.InvariantCulture)) : ("", 0);
        var (type, size) = (letter, number) switch
        {
            ("f", 2) => (DataType.Float16, 2),
            ("f", 4) => (DataType.Float32, 4),
            ("f", 8) => (DataType.Float64, 8),
            ("u", 1) => (DataType.UInt8, 1),
            ("u", 2) => (DataType.Int32, 2),
            ("u", 4) => (DataType.Int64, 4),
            ("u", 8) => (DataType.Int64, 8),
            ("i", 1) => (DataType.Int8, 1),
            ("i", 2) => (DataType.Int16, 2),
            ("i", 4) => (DataType.Int32, 4),
            ("i", 8) => (DataType.Int64, 8),
            ("b", 1) => (DataType.Bool, 1),
            ("U", _) => (DataType.String, 4 * number),
            ("S", _) => (DataType.String, number),
            _ => throw new DataException($"{name} has elements of NumPy's type '{written}', which cannot be read here. Numbers (f, i, u, b) and text (U, S) can."),
        };
        return new NpyHeader(letter + number, type, size, written[0] == '>', order.Groups[1].Value == "True", Lengths(shape.Groups[1].Value, name));
    }

    private static long[] Lengths(string shape, string name)
    {
        var axes = shape.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var lengths = new long[axes.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            // Python 2 wrote an L after a long number.
            if (axes.Length > MaxAxes || !long.TryParse(axes[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out lengths[i]))
            {
                throw new DataException($"{name} has a shape that is none: ({shape}).");
            }
        }

        return lengths;
    }

    private static IEnumerable<long> InFile(NpyHeader header) => header.ColumnsFirst ? header.Shape.Reverse() : header.Shape;

    /// <summary>The type whose elements have the file's bytes; libtorch computes little with unsigned integers, so they come as signed ones.</summary>
    private static ScalarType Stored(NpyHeader header) => header.Kind switch
    {
        "u2" => ScalarType.Int16,
        "u4" => ScalarType.Int32,
        "u8" => ScalarType.Int64,
        _ => header.Type.ToTorch(),
    };

    private static Tensor Widened(Tensor values, NpyHeader header, string name) => header.Kind switch
    {
        "u2" => values.to_type(ScalarType.Int32).bitwise_and(ushort.MaxValue),
        "u4" => values.to_type(ScalarType.Int64).bitwise_and(uint.MaxValue),
        "u8" when header.Count > 0 && values.min().item<long>() < 0 => throw new DataException($"{name} has whole numbers above {long.MaxValue}, which cannot be read here."),
        _ => values,
    };

    private static TextArray ReadText(ReadBytes read, NpyHeader header)
    {
        var encoding = header.Kind[0] == 'S' ? Encoding.UTF8 : header.BigEndian ? new UTF32Encoding(bigEndian: true, byteOrderMark: false) : Encoding.UTF32;
        var (item, texts) = (new byte[header.ItemSize], new string[header.Count]);
        for (var i = 0; i < texts.Length; i++)
        {
            read(item);
            texts[i] = encoding.GetString(item).TrimEnd('\0');
        }

        long[] shape = [.. header.Shape];
        if (!header.ColumnsFirst || shape.Length < 2)
        {
            return new TextArray(texts, shape);
        }

        var turned = new string[texts.Length];
        for (var i = 0; i < turned.Length; i++)
        {
            var (place, rest, stride) = (0L, (long)i, (long)turned.Length);
            for (var axis = shape.Length - 1; axis >= 0; axis--) // the last axis runs slowest in the file
            {
                stride /= shape[axis];
                place += rest % shape[axis] * stride;
                rest /= shape[axis];
            }

            turned[i] = texts[place];
        }

        return new TextArray(turned, shape);
    }

    private static void WriteHeader(Stream stream, string descr, long[] axes)
    {
        var shape = axes.Length == 1 ? $"({axes[0]},)" : $"({string.Join(", ", axes)})";
        var text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}";
        var padded = (text.Length + 11 + 63) / 64 * 64; // the values begin at a multiple of 64
        stream.Write(Magic);
        stream.Write([1, 0]);
        Span<byte> size = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)(padded - 10));
        stream.Write(size);
        stream.Write(Encoding.ASCII.GetBytes(text.PadRight(padded - 11) + "\n"));
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

    internal static void ReadExactly(Stream stream, Span<byte> bytes, string name)
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
}
