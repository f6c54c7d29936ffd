using System.Text;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

public class SafetensorsTests
{
    private static readonly Dictionary<string, string> NoTexts = [];

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        var path = folder.Of("a.safetensors");
        var tensors = new Dictionary<string, Tensor>
        {
            ["b/kernel"] = arange(6, float32).reshape(2, 3).t(), // not contiguous
            ["a"] = tensor(new long[] { 1, -2 }),
            ["empty"] = zeros(0, 3),
            ["flag"] = tensor(new[] { true, false, true }),
            ["half"] = tensor(new[] { 1.5f }).to_type(ScalarType.Float16),
            ["brain"] = tensor(new[] { 1.5f, 2 }).to_type(ScalarType.BFloat16),
            ["one"] = tensor(2.5),
            ["empty too"] = zeros(0).to_type(ScalarType.Byte),
            ["learned"] = ones(3, requires_grad: true),
        };

        Safetensors.Write(path, [.. tensors], new Dictionary<string, string> { ["step"] = "7", ["a text"] = "\"ä\"\n" });
        var read = Safetensors.Read(path);

        Assert.Equal(tensors.Keys.Order(), read.Tensors.Keys.Order());
        Assert.All(tensors, pair => Assert.True(pair.Value.Equals(read.Tensors[pair.Key]), pair.Key));
        Assert.All(tensors, pair => Assert.Equal((pair.Value.dtype, pair.Value.dim()), (read.Tensors[pair.Key].dtype, read.Tensors[pair.Key].dim())));
        Assert.Equal(new Dictionary<string, string> { ["step"] = "7", ["a text"] = "\"ä\"\n" }, read.Texts);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void EachTensorIsAlignedAndTheSameTensorsMakeTheSameFile()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        KeyValuePair<string, Tensor>[] tensors =
            [KeyValuePair.Create("flag", ones(3, ScalarType.Bool)), KeyValuePair.Create("w", ones(3)), KeyValuePair.Create("n", ones(1, int64)), KeyValuePair.Create("v", ones(1))];
        Safetensors.Write(folder.Of("a"), tensors, NoTexts);
        Safetensors.Write(folder.Of("b"), tensors, NoTexts);

        var bytes = File.ReadAllBytes(folder.Of("a"));
        Assert.Equal(bytes, File.ReadAllBytes(folder.Of("b")));
        var length = (int)BitConverter.ToInt64(bytes);
        Assert.Equal(0, length % 8);
        var header = JsonNode.Parse(bytes.AsSpan(8, length))!.AsObject();
        Assert.Equal(["__metadata__", "n", "w", "v", "flag"], header.Select(entry => entry.Key));
        Assert.All(header.Skip(1).Zip([8, 4, 4, 1]), pair => Assert.Equal(0, (int)pair.First.Value!["data_offsets"]![0]! % pair.Second));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void AFlippedBitIsFound(double place)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        var path = folder.Of("a.safetensors");
        Safetensors.Write(path, [KeyValuePair.Create("w", ones(100))], NoTexts);
        var bytes = File.ReadAllBytes(path);
        bytes[(int)(bytes.Length * place)] ^= 4;
        File.WriteAllBytes(path, bytes);

        Assert.Throws<DataException>(() => Safetensors.Read(path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(300)]
    public void AFileThatEndsTooEarlyIsFound(int length)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        var path = folder.Of("a.safetensors");
        Safetensors.Write(path, [KeyValuePair.Create("w", ones(100))], NoTexts);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);

        Assert.Throws<DataException>(() => Safetensors.Read(path));
    }

    [Fact]
    public void AFileOfOthersNeedsNoDigest()
    {
        using var scope = NewDisposeScope();

        var read = Read("""{"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"a":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}""", 12);

        Assert.Equal([2], read.Tensors["b"].shape);
        Assert.Equal(0, read.Tensors["a"].item<int>());
        Assert.Empty(read.Texts);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "does not lie where")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "does not lie where")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "does not lie where")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""", 4, "does not lie where")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "does not lie where")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "goes on after its tensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", 4, "does not fit the format")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "does not fit the format")]
    [InlineData("""{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", 4, "does not fit the format")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "does not fit the format")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "does not fit the format")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "does not fit the format")]
    [InlineData("""{"__metadata__":{"a":null}}""", 0, "does not fit the format")]
    [InlineData("""{"a":7}""", 0, "does not fit the format")]
    [InlineData("[1]", 0, "does not fit the format")]
    [InlineData("{\"a\"", 0, "or no safetensors file")]
    public void AHeaderThatDoesNotFitIsRefused(string header, int dataLength, string problem)
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<DataException>(() => Read(header, dataLength));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNotThereIsToldByName() =>
        Assert.Equal("There is no file /nowhere/a.safetensors.", Assert.Throws<DataException>(() => Safetensors.Read("/nowhere/a.safetensors")).Message);

    [Fact]
    public void AFileThatCannotBeWrittenLeavesTheOldOneAndNothingBeside()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("a"), "old");

        Assert.Throws<InvalidOperationException>(() => WholeFile.Write(folder.Of("a"), file =>
        {
            file.Write("new"u8);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(folder.Of("a")));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static SafetensorsContent Read(string header, int dataLength)
    {
        using var folder = new TempFolder();
        var text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(folder.Of("a"), [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[dataLength]]);
        return Safetensors.Read(folder.Of("a"));
    }
}
