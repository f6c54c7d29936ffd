using System.IO.Compression;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

public class NpzTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    public void WhatIsWrittenIsRead(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        var values = arange(12).reshape(3, 4).to_type(type);

        Npz.Write(folder.Of("a.npz"), [KeyValuePair.Create("x", values.t()), KeyValuePair.Create("one", values[0, 1]), KeyValuePair.Create("none", values[..0])]);
        var read = Npz.Read(folder.Of("a.npz"));

        Assert.True(values.t().Equals(read["x"]));
        Assert.Equal([], read["one"].shape);
        Assert.Equal([0, 4], read["none"].shape);
        Assert.Equal(type, read["x"].dtype);
    }

    [Fact]
    public void WhatNumpyHasNotIsWrittenAsWhatItHas()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();

        Npz.Write(folder.Of("a.npz"), [KeyValuePair.Create("x", tensor(new[] { 1.5f, -2 }).to_type(ScalarType.BFloat16).requires_grad_(true))]);

        Assert.Equal([1.5f, -2], Npz.Read(folder.Of("a.npz"))["x"].data<float>().ToArray());
    }

    [Fact]
    public void WhatNumpyWroteIsRead()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.Of("a.npz"), NumpyArchive.Bytes);

        var read = Npz.ReadAll(folder.Of("a.npz"));

        Assert.Equal([1.5f, -2], Floats(read["f2"]));
        Assert.Equal(DataType.Float16, read["f2"].Type);
        Assert.Equal([1, 2, 3, 4.5f], Floats(read["f8"]));
        Assert.Equal(DataType.Float64, read["f8"].Type);
        Assert.Equal([0, 1, 2, 3, 4, 5], Floats(read["fortran"]));
        Assert.Equal([2, 3], read["fortran"].Shape);
        Assert.Equal([true, false], read["flag"].Numbers!.data<bool>().ToArray());
        Assert.Equal([0, 65535], read["u2"].Numbers!.data<int>().ToArray());
        Assert.Equal([4294967295], read["u4"].Numbers!.data<long>().ToArray());
        Assert.Equal([7], read["u8"].Numbers!.data<long>().ToArray());
        Assert.Equal(3.5f, read["one"].Numbers!.item<float>());
        Assert.Equal([0, 3], read["none"].Shape);
        Assert.Equal(["a", "bc", "naïve", "日本"], read["text"].Text!.Values);
        Assert.Equal([2, 2], read["text"].Shape);
        Assert.Equal(["a", "b", "c", "d", "e", "f"], read["textf"].Text!.Values);
        Assert.Equal(["ab", "c"], read["bytes"].Text!.Values);
        Assert.Equal(["x", "yz"], read["bigtext"].Text!.Values);

        static float[] Floats(ArrayValues values) => values.Numbers!.to_type(ScalarType.Float32).reshape(-1).data<float>().ToArray();
    }

    [Fact]
    public void HeadersAreReadWithoutTheValues()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.Of("a.npz"), NumpyArchive.Bytes);

        var headers = Npz.ReadHeaders(folder.Of("a.npz"));

        Assert.Equal((DataType.Int32, true), (headers["fortran"].Type, headers["fortran"].ColumnsFirst));
        Assert.Equal([2, 3], headers["fortran"].Shape);
        Assert.Equal((DataType.String, 20), (headers["text"].Type, headers["text"].ItemSize));
        Assert.True(headers["f8"].BigEndian);
    }

    [Fact]
    public void TheSameArraysMakeTheSameFile()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        foreach (var name in new[] { "a.npz", "b.npz" })
        {
            Npz.Write(folder.Of(name), [KeyValuePair.Create("x", arange(5)), KeyValuePair.Create("y", ones(2, 2))]);
        }

        Assert.Equal(File.ReadAllBytes(folder.Of("a.npz")), File.ReadAllBytes(folder.Of("b.npz")));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void AnArchiveThatSaysItUnpacksToTooMuchIsRefused()
    {
        using var folder = new TempFolder();
        var path = folder.Of("bomb.npz");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("x.npy").Open())
        {
            entry.Write([0x93, .. "NUMPY"u8, 1, 0, 66, 0, .. "{'descr': '|u1', 'fortran_order': False, 'shape': (4000000000,), }\n"u8]);
        }

        var bytes = File.ReadAllBytes(path);
        var directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(directory + 24), 4_100_000_000u); // the unpacked size
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<DataException>(() => Npz.Read(path));

        Assert.Equal($"{path}: x says it unpacks to 4100000000 bytes, which cannot be.", error.Message);
    }

    [Fact]
    public void WhatIsNoArchiveIsRefusedByName()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("text.npz"), "hello");
        using (ZipFile.Open(folder.Of("empty.npz"), ZipArchiveMode.Create))
        {
        }

        using (var archive = ZipFile.Open(folder.Of("twice.npz"), ZipArchiveMode.Create))
        {
            foreach (var _ in Enumerable.Range(0, 2))
            {
                using var entry = archive.CreateEntry("x.npy").Open();
                Npy.Write(entry, new TextArray(["a"], 1));
            }
        }

        Assert.Equal($"{folder.Of("text.npz")} is no npz archive, or it is damaged.", Problem("text.npz"));
        Assert.Equal($"{folder.Of("empty.npz")} has no arrays.", Problem("empty.npz"));
        Assert.Equal($"{folder.Of("twice.npz")} has two arrays called 'x'.", Problem("twice.npz"));
        Assert.Equal($"There is no file {folder.Of("none.npz")}.", Problem("none.npz"));
        Assert.Equal($"{folder.Path} is a folder, where a file is due.", Problem(""));

        string Problem(string name) => Assert.Throws<DataException>(() => Npz.ReadAll(name.Length == 0 ? folder.Path : folder.Of(name))).Message;
    }

    [Fact]
    public void ADamagedArchiveIsOneKindOfErrorWhateverTheDamage()
    {
        using var folder = new TempFolder();
        var whole = NumpyArchive.Bytes;
        for (var at = 0; at < whole.Length; at += 7)
        {
            using var scope = NewDisposeScope();
            var bytes = (byte[])whole.Clone();
            bytes[at] ^= 0x55;
            File.WriteAllBytes(folder.Of("a.npz"), bytes);

            var error = Record.Exception(() => Npz.ReadAll(folder.Of("a.npz")));

            Assert.True(error is null or DataException, $"byte {at}: {error}");
        }

        for (var length = 0; length < whole.Length; length += 50)
        {
            File.WriteAllBytes(folder.Of("a.npz"), whole[..length]);
            Assert.Throws<DataException>(() => Npz.ReadAll(folder.Of("a.npz")));
        }
    }
}
