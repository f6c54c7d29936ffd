using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

/// <summary>Files are data from strangers: what is no good model is told in one way, fast, and nothing leads out of the file.</summary>
public class ModelFileSafetyTests
{
    public static TheoryData<string, string> Hostile => new()
    {
        { nameof(H5pyFiles.SoftLink), "link" },
        { nameof(H5pyFiles.ExternalLink), "link" },
        { nameof(H5pyFiles.ExternalData), "another file" },
        { nameof(H5pyFiles.Virtual), "other files" },
        { nameof(H5pyFiles.Bomb), "cannot hold" },
        { nameof(H5pyFiles.Texts), "other than numbers" },
    };

    public static TheoryData<string> Unusual => new(nameof(H5pyFiles.Plain), nameof(H5pyFiles.Compressed), nameof(H5pyFiles.BigEndian), nameof(H5pyFiles.Latest), nameof(H5pyFiles.Lzf),
        nameof(H5pyFiles.Growing), nameof(H5pyFiles.GrowingBoth), nameof(H5pyFiles.Behind));

    [Theory, MemberData(nameof(Unusual))]
    public void FormsThatKerasDoesNotWriteAreRead(string name)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.Of("model.h5"), Bytes(name));

        using var loaded = ModelFile.Load(folder.Of("model.h5"));

        Assert.Equal(50f, loaded.Model.Call([tensor(new[,] { { 10f, 20f } })], new Call(training: false, default))[0].item<float>());
    }

    [Theory, MemberData(nameof(Hostile))]
    public void WhatLeadsElsewhereOrIsNoArrayIsRefused(string name, string why)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.Of("model.h5"), Bytes(name));

        var refusal = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Of("model.h5")));

        Assert.Contains(why, refusal.Problem, StringComparison.Ordinal);
        Assert.StartsWith(folder.Of("model.h5"), refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"class_name": "Lambda", "config": {"name": "code", "function": ["4wEAAAA", null, null]}}""", "'code' (Lambda)")]
    [InlineData("""{"class_name": "Dense", "module": "my.package", "registered_name": "my>Dense", "config": {"name": "mine", "units": 1}}""", "'mine' (Dense)")]
    [InlineData("""{"class_name": "MyLayer", "module": null, "registered_name": "Custom>MyLayer", "config": {"name": "own"}}""", "'own' (MyLayer)")]
    public void CodeIsRefusedByItsPlaceInTheModel(string layer, string place)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("model.json"), $$$"""
            {"class_name": "Sequential", "config": {"name": "s", "layers": [
                {"class_name": "InputLayer", "config": {"batch_shape": [null, 2], "name": "i"}}, {{{layer}}}]}, "keras_version": "3.0.0"}
            """);

        var refusal = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Of("model.json")));

        Assert.Contains(place, refusal.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.h5", null)]
    [InlineData("empty.h5", "")]
    [InlineData("text.keras", "this is no model")]
    [InlineData("torn.keras", "PK\u0003\u0004")]
    [InlineData("list.json", "[1, 2]")]
    [InlineData("other.json", "{\"a\": 1}")]
    [InlineData("broken.json", "{\"class_name\": ")]
    public void WhatIsNoModelIsToldSo(string name, string? content)
    {
        using var folder = new TempFolder();
        if (content is not null)
        {
            File.WriteAllText(folder.Of(name), content);
        }

        Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Of(name)));
    }

    [Fact]
    public void AnArchiveThatGrowsBeyondItsSizeIsRefused()
    {
        using var folder = new TempFolder();
        using (var archive = ZipFile.Open(folder.Of("bomb.keras"), ZipArchiveMode.Create))
        {
            using var config = archive.CreateEntry("config.json", CompressionLevel.SmallestSize).Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 60; i++)
            {
                config.Write(zeros);
            }
        }

        var refusal = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Of("bomb.keras")));

        Assert.Contains("config.json", refusal.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsOfPythonObjectsAreRefused()
    {
        using var folder = new TempFolder();
        using (var archive = ZipFile.Open(folder.Of("model.keras"), ZipArchiveMode.Create))
        {
            Write(archive, "config.json", Encoding.UTF8.GetBytes("""
                {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
                    {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 2], "name": "i"}},
                    {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": 1}}]}}
                """));
            using var npz = new MemoryStream();
            using (var inner = new ZipArchive(npz, ZipArchiveMode.Create, leaveOpen: true))
            {
                var header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }".PadRight(117) + "\n";
                Write(inner, "layers/dense/vars.npy", [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. "\u0080\u0004cposix\nsystem\n"u8]);
            }

            Write(archive, "model.weights.npz", npz.ToArray());
        }

        var refusal = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Of("model.keras")));

        Assert.Contains("Python objects", refusal.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerLargerThanItsFileTakesNoMemory()
    {
        using var folder = new TempFolder();
        var bytes = H5pyFiles.Plain.ToArray();
        var units = bytes.AsSpan().IndexOf("\"units\": 1"u8);
        "\"units\": 9"u8.CopyTo(bytes.AsSpan(units));
        File.WriteAllBytes(folder.Of("model.h5"), bytes);

        var refusal = Assert.Throws<ModelFileException>(() => ModelFile.Load(folder.Of("model.h5")));

        Assert.Contains("'kernel'", refusal.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedFilesOfEveryKindAreReadOrRefused()
    {
        const int files = 420;
        using var damaged = new DamagedFiles(GoldenCases.Bytes);
        var refused = 0;
        for (var number = 0; number < files; number++)
        {
            var path = damaged.Write(number);
            var (start, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            refused += damaged.TryRead(path) ? 0 : 1;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"number {number} took {clock.Elapsed}");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - start < 500 << 20, $"number {number} took {(GC.GetAllocatedBytesForCurrentThread() - start) >> 20} MiB");
        }

        Assert.InRange(refused, files / 2, files - 1); // harmless changes there are too
    }

    private static void Write(ZipArchive archive, string name, byte[] content)
    {
        using var member = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        member.Write(content);
    }

    private static byte[] Bytes(string name) => (byte[])typeof(H5pyFiles).GetProperty(name, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.GetValue(null)!;
}
