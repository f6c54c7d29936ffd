using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Tests;

/// <summary>Files such as no program would write: bytes changed, cut, doubled; numbers grown, values of other types, members swelled, plain noise.</summary>
internal sealed class DamagedFiles : IDisposable
{
    private readonly List<(string Ending, byte[] Bytes)> _good = [];
    private readonly LoadedModel _model;
    private readonly string _folder = Directory.CreateTempSubdirectory("damaged-").FullName;

    /// <summary>Gathers good files of every kind.</summary>
    /// <param name="golden">The content of a packed golden file.</param>
    public DamagedFiles(Func<string, byte[]> golden)
    {
        foreach (var path in new[]
        {
            "keras2/functional_shared_two_outputs/model.h5", "keras2/transformer_block/model.h5", "keras3/functional_shared_two_outputs/model.keras",
            "keras3/bidirectional_lstm/model.keras", "continue/adam_h5/half.h5", "continue/adam_keras/half.keras", "fit/checkpoint_weights_only/files/w_1.weights.h5",
        })
        {
            _good.Add((path.EndsWith(".weights.h5", StringComparison.Ordinal) ? ".weights.h5" : Path.GetExtension(path), golden(path)));
        }

        foreach (var bytes in new[] { H5pyFiles.Plain, H5pyFiles.Compressed, H5pyFiles.BigEndian, H5pyFiles.Latest, H5pyFiles.Lzf, H5pyFiles.Growing, H5pyFiles.GrowingBoth, H5pyFiles.Behind,
            H5pyFiles.SoftLink, H5pyFiles.ExternalLink, H5pyFiles.ExternalData, H5pyFiles.Virtual, H5pyFiles.Bomb, H5pyFiles.Texts })
        {
            _good.Add((".h5", bytes));
        }

        File.WriteAllBytes(Of("initial.h5"), golden("fit/checkpoint_weights_only/initial.h5"));
        _model = ModelFile.Load(Of("initial.h5"));
        Add(".json", path => ModelFile.Save(path, _model.Model));
        using var scope = NewDisposeScope();
        Tensor[] arrays = [arange(24, ScalarType.Float32).reshape(2, 3, 4), arange(6, ScalarType.Int64), ones(3, ScalarType.Bool)];
        Add(".safetensors", path => Safetensors.Write(path, [.. arrays.Select((array, i) => KeyValuePair.Create($"layer/{i}", array))], new Dictionary<string, string> { ["step"] = "7" }));
        Add(".npz", path => Npz.Write(path, arrays.Select((array, i) => KeyValuePair.Create($"x{i}", array))));
        Add(".npy", path =>
        {
            using var file = File.Create(path);
            Npy.Write(file, arrays[0]);
        });
    }

    /// <summary>Where the damaged file of a number is written: one for each kind, and it is there until the next.</summary>
    public string Write(long number)
    {
        var (ending, good) = _good[(int)(number % _good.Count)];
        var path = Of("damaged" + ending);
        File.WriteAllBytes(path, Damaged(good, ending, number));
        return path;
    }

    /// <summary>Reads a file by its kind; false where it is refused in the one way that files are refused.</summary>
    public bool TryRead(string path)
    {
        using var scope = NewDisposeScope();
        try
        {
            switch (path[path.IndexOf('.', _folder.Length)..])
            {
                case ".weights.h5":
                    ModelFile.LoadWeights(path, _model.Model);
                    break;
                case ".safetensors":
                    Safetensors.Read(path);
                    break;
                case ".npz":
                    Npz.ReadAll(path);
                    break;
                case ".npy":
                    Npy.ReadAny(path);
                    break;
                default:
                    ModelFile.Load(path).Dispose();
                    break;
            }

            return true;
        }
        catch (Exception refusal) when (refusal is ModelFileException or DataException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Of(string name) => Path.Combine(_folder, name);

    private void Add(string ending, Action<string> write)
    {
        write(Of("good" + ending));
        _good.Add((ending, File.ReadAllBytes(Of("good" + ending))));
    }

    private static byte[] Damaged(byte[] good, string ending, long number)
    {
        var key = default(RandomKey).Derive("damaged files").Derive(number);
        return (key[0] % 16) switch
        {
            < 8 => new Damage(good, ending).Make(number),
            < 10 => Grown(good, key),
            < 13 => Twisted(good, ending, key),
            < 15 when ending is ".keras" or ".npz" => Repacked(good, ending, key, number),
            15 when ending is ".keras" or ".npz" => Swelled(good),
            _ => Noise(good, key),
        };
    }

    /// <summary>A run of digits in it becomes nines: sizes that nothing has.</summary>
    private static byte[] Grown(byte[] good, RandomKey key)
    {
        var bytes = (byte[])good.Clone();
        var at = (int)(key[1] % (ulong)bytes.Length);
        for (var i = 0; i < bytes.Length; i++, at = (at + 1) % bytes.Length)
        {
            if (bytes[at] is >= (byte)'0' and <= (byte)'9' && (at + 1 == bytes.Length || bytes[at + 1] is (byte)',' or (byte)']' or (byte)'}'))
            {
                for (var end = Math.Max(0, at - (int)(key[2] % 9)); end <= at; end++)
                {
                    bytes[end] = (byte)'9';
                }

                break;
            }
        }

        return bytes;
    }

    /// <summary>A value of its configuration becomes one of another type, or goes.</summary>
    private static byte[] Twisted(byte[] good, string ending, RandomKey key)
    {
        if (ending == ".keras")
        {
            return Rezipped(good, member => member.Name == "config.json" ? Twisted(member.Bytes, key) : member.Bytes);
        }

        if (ending == ".json")
        {
            return Twisted(good, key);
        }

        var start = good.AsSpan().IndexOf("{\"class_name\""u8);
        var length = start < 0 ? 0 : good.AsSpan(start).IndexOf((byte)0);
        if (length <= 0)
        {
            return Noise(good, key);
        }

        var twisted = Twisted(good[start..(start + length)], key);
        var bytes = (byte[])good.Clone();
        bytes.AsSpan(start, length).Fill((byte)' ');
        twisted.AsSpan(0, Math.Min(length, twisted.Length)).CopyTo(bytes.AsSpan(start));
        return bytes;
    }

    private static byte[] Twisted(byte[] json, RandomKey key)
    {
        var root = JsonNode.Parse(json)!;
        var places = new List<(JsonNode Parent, object Key)>();
        Gather(root, places);
        var (parent, at) = places[(int)(key[3] % (ulong)places.Count)];
        JsonNode? other = (key[4] % 12) switch
        {
            0 => null,
            1 => "",
            2 => true,
            3 => -1,
            4 => 1e308,
            5 => long.MaxValue,
            6 => new JsonArray(),
            7 => new JsonObject(),
            8 => JsonNode.Parse(new string('[', 60) + new string(']', 60)),
            9 => new string('x', 5000),
            10 => new JsonObject { ["class_name"] = "Lambda", ["config"] = new JsonObject { ["function"] = "os.system" } },
            _ => root.DeepClone(),
        };
        if (parent is JsonObject map)
        {
            map[(string)at] = other;
        }
        else
        {
            ((JsonArray)parent)[(int)at] = other;
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static void Gather(JsonNode? node, List<(JsonNode, object)> places)
    {
        if (node is JsonObject map)
        {
            foreach (var (name, value) in map)
            {
                places.Add((map, name));
                Gather(value, places);
            }
        }
        else if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                places.Add((list, i));
                Gather(list[i], places);
            }
        }
    }

    /// <summary>A whole archive around a damaged member.</summary>
    private static byte[] Repacked(byte[] good, string ending, RandomKey key, long number)
    {
        var chosen = (int)(key[5] % 3);
        var i = 0;
        return Rezipped(good, member => i++ == chosen ? new Damage(member.Bytes, ending).Make(number) : member.Bytes);
    }

    /// <summary>An archive whose members are small where they lie and large when unpacked.</summary>
    private static byte[] Swelled(byte[] good) => Rezipped(good, member => member.Bytes.Length < 1000 ? member.Bytes : new byte[20 << 20]);

    private static byte[] Rezipped(byte[] good, Func<(string Name, byte[] Bytes), byte[]> change)
    {
        using var source = new ZipArchive(new MemoryStream(good));
        using var target = new MemoryStream();
        using (var archive = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in source.Entries)
            {
                using var content = new MemoryStream();
                using (var from = entry.Open())
                {
                    from.CopyTo(content);
                }

                using var to = archive.CreateEntry(entry.FullName).Open();
                to.Write(change((entry.FullName, content.ToArray())));
            }
        }

        return target.ToArray();
    }

    private static byte[] Noise(byte[] good, RandomKey key)
    {
        var bytes = new byte[1 + (key[6] % 5000)];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)key.Derive(i)[0];
        }

        good.AsSpan(0, Math.Min(Math.Min(8, good.Length), key[7] % 2 == 0 ? bytes.Length : 0)).CopyTo(bytes);
        return bytes;
    }
}
