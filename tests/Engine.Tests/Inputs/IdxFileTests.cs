using System.IO.Compression;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public sealed class IdxFileTests : IDisposable
{
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 3, 7, 9, 255];
    private static readonly byte[] Wide = [0, 0, 0x0B, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0xFF, 0xFE]; // int16, the larger byte first
    private readonly TempFolder _folder = new();

    [Fact]
    public void ValuesAreReadInTheirShapeAndType()
    {
        using var scope = NewDisposeScope();

        Assert.Equal([7, 9, 255], IdxFile.Read(Write(Labels)).data<byte>().ToArray());
        var wide = IdxFile.Read(Write(Wide));
        Assert.Equal([1, 2], wide.shape);
        Assert.Equal([256, -2], wide.reshape(-1).data<short>().ToArray());
    }

    [Fact]
    public void AFileMayBePacked()
    {
        using var scope = NewDisposeScope();
        using (var packed = new GZipStream(File.Create(_folder.Of("a.gz")), CompressionLevel.Fastest))
        {
            packed.Write(Labels);
        }

        Assert.Equal([7, 9, 255], IdxFile.Read(_folder.Of("a.gz")).data<byte>().ToArray());
        Assert.Equal((DataType.UInt8, "3"), (IdxFile.ReadHeader(_folder.Of("a.gz")).Type, string.Join(',', IdxFile.ReadHeader(_folder.Of("a.gz")).Shape)));
    }

    [Fact]
    public void AnotherFileThanExpectedIsRefused()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<DataException>(() => IdxFile.Read(Write(Labels), new string('0', 64)));

        Assert.Contains("is not the file it should be: its SHA-256 differs", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { }, "ends too early")]
    [InlineData(new byte[] { 0, 0, 8 }, "ends too early")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0 }, "ends too early")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 7 }, "ends too early")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 99, 7 }, "says it has 99 values")]
    [InlineData(new byte[] { 0, 0, 0x0D, 2, 255, 255, 255, 255, 255, 255, 255, 255 }, "says it has 4294967295 × 4294967295 values")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 7, 8 }, "goes on after its values")]
    [InlineData(new byte[] { 0, 0, 7, 1, 0, 0, 0, 1, 7 }, "is no idx file")]
    [InlineData(new byte[] { 0, 0, 8, 0 }, "is no idx file")]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 0, 1, 2, 3 }, "cannot be unpacked")]
    public void ADamagedFileIsToldByName(byte[] content, string problem)
    {
        using var scope = NewDisposeScope();
        var path = Write(content);

        var error = Assert.Throws<DataException>(() => IdxFile.Read(path));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APairOfFilesIsASplit()
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(_folder.Of("x"), [0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6]);
        File.WriteAllBytes(_folder.Of("y"), Labels);
        var source = Reading.Read<DataSource>(JsonNodes.Parse($$$"""{"source": "idx", "paths": {"train": {"x": "{{{_folder.Of("x")}}}", "y": "{{{_folder.Of("y")}}}"} } }"""));

        var known = source.Describe(readHeaders: true).Splits!["train"];
        using var data = DatasetLoader.Load("toy", source, new RandomKey(1));

        Assert.Equal((3, "[batch, 2]"), (known.Count, known.Columns!["x"]!.ToString()));
        Assert.Equal([5, 6], data.Splits["train"]["x"].Range(2, 1).reshape(-1).data<byte>().ToArray());

        File.WriteAllBytes(_folder.Of("y"), [0, 0, 8, 1, 0, 0, 0, 1, 7]);
        Assert.EndsWith($"x has 3 examples, but {_folder.Of("y")} has 1.", Assert.Throws<DataException>(() => source.Describe(readHeaders: true)).Message, StringComparison.Ordinal);
        Assert.EndsWith($"x has 3 examples, but {_folder.Of("y")} has 1.", Assert.Throws<DataException>(() => DatasetLoader.Load("toy", source, new RandomKey(1))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(byte[] content)
    {
        File.WriteAllBytes(_folder.Of("a"), content);
        return _folder.Of("a");
    }
}
