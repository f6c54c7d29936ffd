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
/// The tensors stand one after the other, those with larger elements first and else in the order they are given; the header is padded
/// so that they begin at a multiple of 8. So each is aligned, and the same tensors make the same file.
/// What this program writes has a digest of the whole file among its texts, which reading checks.
/// Source: Hugging Face, the format <c>safetensors</c>.
/// </remarks>
public static class Safetensors
{
    private const string Digest = "xxh3_128";
    private const string Metadata = "__metadata__";
    private const int MaxHeader = 100 << 20;
    private static readonly string NoDigest = new('0', 32);

    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> texts)
    {
        using var scope = NewDisposeScope();
        var plain = tensors.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.detach().cpu().contiguous()))
            .OrderByDescending(pair => pair.Value.dtype.ElementSize()).ToList();
        var digest = new XxHash128();
        foreach (var part in plain.SelectMany(pair => TensorBytes.Of(pair.Value)))
        {
            digest.Append(part.Span);
        }

        var header = Header(plain, new Dictionary<string, string>(texts) { [Digest] = NoDigest });
        digest.Append(header);
        Convert.TryToHexStringLower(digest.GetCurrentHash(), header.AsSpan(DigestIn(header), NoDigest.Length), out _);
        WholeFile.Write(path, file =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            file.Write(header);
            foreach (var part in plain.SelectMany(pair => TensorBytes.Of(pair.Value)))
            {
                file.Write(part.Span);
            }
        });
    }

    /// <summary>Reads a file; the tensors belong to the caller's scope.</summary>
    /// <exception cref="DataException">It is damaged, no such file, or not there.</exception>
    public static SafetensorsContent Read(string path) => Read(path, needDigest: false);

    /// <summary>Reads a file; the tensors belong to the caller's scope.</summary>
    /// <param name="path">The file.</param>
    /// <param name="needDigest">Whether a file without a digest counts as damaged: one that this program wrote has one.</param>
    /// <exception cref="DataException">It is damaged, no such file, or not there.</exception>
    internal static SafetensorsContent Read(string path, bool needDigest)
    {
        using var file = DataFile.OpenRead(path);
        var header = ReadHeader(file, path);
        var start = file.Position;
        var (places, texts) = Parse(header, path);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var digest = new XxHash128();
        var end = 0L;
        foreach (var (name, type, shape, from, to) in places.OrderBy(place => place.From).ThenBy(place => place.To))
        {
            var size = shape.Aggregate((double)type.ElementSize(), (product, length) => product * length);
            if (from != end || to - from != size || start + to > file.Length)
            {
                throw new DataException($"{path} is damaged: the tensor '{name}' does not lie where its header says.");
            }

            end = to;
            var values = empty(shape, type);
            foreach (var part in TensorBytes.Of(values))
            {
                file.ReadExactly(part.Span);
                digest.Append(part.Span);
            }

            tensors.Add(name, values);
        }

        if (start + end != file.Length)
        {
            throw new DataException($"{path} is damaged: it goes on after its tensors.");
        }

        if (texts.Remove(Digest, out var said))
        {
            if (DigestIn(header) is > 0 and var place && place + NoDigest.Length <= header.Length)
            {
                header.AsSpan(place, NoDigest.Length).Fill((byte)'0');
            }

            digest.Append(header);
            needDigest = said != Convert.ToHexStringLower(digest.GetCurrentHash());
        }

        return !needDigest ? new SafetensorsContent(tensors, texts)
            : throw new DataException($"{path} is damaged: it is not what was written.");
    }

    /// <summary>Where the digest stands in a header. The quotation marks make the place certain: inside a text they are written otherwise.</summary>
    private static int DigestIn(ReadOnlySpan<byte> header) => header.IndexOf("\"xxh3_128\":\""u8) is >= 0 and var key ? key + Digest.Length + 4 : -1;

    private static (List<Place> Places, Dictionary<string, string> Texts) Parse(byte[] bytes, string path)
    {
        using var document = ParseJson(bytes, path);
        var header = document.RootElement;
        var (places, texts, names) = (new List<Place>(), new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        try
        {
            foreach (var entry in header.EnumerateObject())
            {
                if (!names.Add(entry.Name))
                {
                    throw new FormatException($"'{entry.Name}' stands there twice.");
                }

                if (entry.Name == Metadata)
                {
                    foreach (var text in entry.Value.EnumerateObject())
                    {
                        texts[text.Name] = text.Value.GetString() ?? throw new FormatException("A text is null.");
                    }

                    continue;
                }

                long[] offsets = Numbers(entry.Value.GetProperty("data_offsets"));
                var shape = Numbers(entry.Value.GetProperty("shape"));
                if (offsets.Length != 2 || Array.Exists(shape, length => length < 0))
                {
                    throw new FormatException($"'{entry.Name}' has no place or shape.");
                }

                places.Add(new Place(entry.Name, TypeOf(entry.Value.GetProperty("dtype").GetString()), shape, offsets[0], offsets[1]));
            }
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataException($"{path} is damaged: its header does not fit the format.", error);
        }

        return (places, texts);

        static long[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt64())];
    }

    private static byte[] ReadHeader(FileStream file, string path)
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
        return header;
    }

    private static JsonDocument ParseJson(byte[] header, string path)
    {
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

    private static ScalarType TypeOf(string? name) => name switch
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

    private sealed record Place(string Name, ScalarType Type, long[] Shape, long From, long To);
}
