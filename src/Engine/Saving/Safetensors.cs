using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text.Json;
using ExperimentRunner.Engine.Inputs;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving;

/// <summary>Named tensors, and texts about them, in one file.</summary>
/// <param name="Tensors">The tensors by name.</param>
/// <param name="Texts">Texts by name.</param>
public sealed record SafetensorsContent(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Texts);

/// <summary>Reads and writes files of named tensors in the safetensors format.</summary>
/// <remarks>
/// The tensors stand one after the other in the order they are given; the header is padded so that they begin at a multiple of 8.
/// What this program writes has a digest of the tensors among its texts, which reading checks.
/// Source: Hugging Face, the format <c>safetensors</c>.
/// </remarks>
public static class Safetensors
{
    private const string Digest = "xxh3_128";
    private const string Metadata = "__metadata__";
    private const int MaxHeader = 100 << 20;

    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> texts)
    {
        using var scope = NewDisposeScope();
        var plain = tensors.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.detach().contiguous())).ToList();
        var digest = new XxHash128();
        foreach (var part in plain.SelectMany(pair => Npy.Parts(pair.Value)))
        {
            digest.Append(part.Span);
        }

        var header = Header(plain, new Dictionary<string, string>(texts) { [Digest] = Convert.ToHexStringLower(digest.GetCurrentHash()) });
        WholeFile.Write(path, file =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            file.Write(header);
            foreach (var part in plain.SelectMany(pair => Npy.Parts(pair.Value)))
            {
                file.Write(part.Span);
            }
        });
    }

    /// <summary>Reads a file; the tensors belong to the caller's scope.</summary>
    /// <exception cref="DataException">It is damaged, or no such file.</exception>
    public static SafetensorsContent Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        using var header = ReadHeader(file, path, out var start);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var places = new List<(string Name, ScalarType Type, long[] Shape, long From, long To)>();
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == Metadata)
                {
                    foreach (var text in entry.Value.EnumerateObject())
                    {
                        texts[text.Name] = text.Value.GetString()!;
                    }

                    continue;
                }

                var offsets = entry.Value.GetProperty("data_offsets");
                places.Add((
                    entry.Name,
                    TypeOf(entry.Value.GetProperty("dtype").GetString()!),
                    [.. entry.Value.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64())],
                    offsets[0].GetInt64(),
                    offsets[1].GetInt64()));
            }

            var digest = new XxHash128();
            var end = 0L;
            foreach (var (name, type, shape, from, to) in places.OrderBy(place => place.From))
            {
                var count = shape.Aggregate(1L, (product, length) => checked(product * length));
                if (from != end || to - from != count * type.ElementSize() || start + to > file.Length)
                {
                    throw new DataException($"{path} is damaged: the tensor '{name}' does not lie where its header says.");
                }

                end = to;
                var values = empty(shape, type);
                foreach (var part in Npy.Parts(values))
                {
                    file.ReadExactly(part.Span);
                    digest.Append(part.Span);
                }

                tensors[name] = values;
            }

            if (texts.Remove(Digest, out var said) && said != Convert.ToHexStringLower(digest.GetCurrentHash()))
            {
                throw new DataException($"{path} is damaged: its tensors are not those that were written.");
            }
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or EndOfStreamException or OverflowException or IndexOutOfRangeException)
        {
            throw new DataException($"{path} is damaged: its header does not fit the format.", error);
        }

        return new SafetensorsContent(tensors, texts);
    }

    private static JsonDocument ReadHeader(FileStream file, string path, out long start)
    {
        Span<byte> size = stackalloc byte[8];
        if (file.ReadAtLeast(size, size.Length, throwOnEndOfStream: false) < size.Length)
        {
            throw new DataException($"{path} is damaged: it ends in its header.");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(size);
        if (length is < 2 or > MaxHeader || length > file.Length - size.Length)
        {
            throw new DataException($"{path} is damaged, or no safetensors file.");
        }

        var header = new byte[length];
        file.ReadExactly(header);
        start = size.Length + length;
        try
        {
            return JsonDocument.Parse(header);
        }
        catch (JsonException error)
        {
            throw new DataException($"{path} is damaged, or no safetensors file.", error);
        }
    }

    private static byte[] Header(List<KeyValuePair<string, Tensor>> tensors, Dictionary<string, string> texts)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject(Metadata);
            foreach (var (name, text) in texts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, values) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", NameOf(values.dtype));
                json.WriteStartArray("shape");
                foreach (var axis in values.shape)
                {
                    json.WriteNumberValue(axis);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += values.numel() * values.dtype.ElementSize());
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (bytes.Length % 8 != 0)
        {
            bytes.WriteByte((byte)' ');
        }

        return bytes.ToArray();
    }

    private static string NameOf(ScalarType type) => type switch
    {
        ScalarType.Float64 => "F64",
        ScalarType.Float32 => "F32",
        ScalarType.Float16 => "F16",
        ScalarType.BFloat16 => "BF16",
        ScalarType.Int64 => "I64",
        ScalarType.Int32 => "I32",
        ScalarType.Int16 => "I16",
        ScalarType.Int8 => "I8",
        ScalarType.Byte => "U8",
        ScalarType.Bool => "BOOL",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The format has no such type."),
    };

    private static ScalarType TypeOf(string name) => name switch
    {
        "F64" => ScalarType.Float64,
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "I64" => ScalarType.Int64,
        "I32" => ScalarType.Int32,
        "I16" => ScalarType.Int16,
        "I8" => ScalarType.Int8,
        "U8" => ScalarType.Byte,
        "BOOL" => ScalarType.Bool,
        _ => throw new FormatException($"There is no type {name}."),
    };
}
