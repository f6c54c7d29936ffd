using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Saving;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Saving;

public class SafetensorsTests
{
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
        };

        Safetensors.Write(path, [.. tensors], new Dictionary<string, string> { ["step"] = "7" });
        var read = Safetensors.Read(path);

        Assert.Equal(tensors.Keys.Order(), read.Tensors.Keys.Order());
        Assert.All(tensors, pair => Assert.True(pair.Value.Equals(read.Tensors[pair.Key])));
        Assert.Equal(new Dictionary<string, string> { ["step"] = "7" }, read.Texts);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
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
        Safetensors.Write(path, [KeyValuePair.Create("w", ones(100))], new Dictionary<string, string>());
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
        Safetensors.Write(path, [KeyValuePair.Create("w", ones(100))], new Dictionary<string, string>());
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);

        Assert.Throws<DataException>(() => Safetensors.Read(path));
    }
}
