using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public sealed class ArrayFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void TheArraysOfAnArchiveAreTheColumnsOfASplit()
    {
        using var scope = NewDisposeScope();
        Npz.Write(
            _folder.Of("a.npz"),
            [
                KeyValuePair.Create("image", new ArrayValues(arange(12, ScalarType.Byte).reshape(3, 2, 2))),
                KeyValuePair.Create("word", new ArrayValues(new TextArray(["a", "b", "c"], 3))),
                KeyValuePair.Create("version", new ArrayValues(tensor(7))),
            ]);
        var source = Read($$$"""{"source": "npz", "paths": {"train": "{{{_folder.Of("a.npz")}}}", "test": "{{{_folder.Of("a.npz")}}}"}}""");

        var known = source.Describe(readHeaders: true).Splits!["test"];
        using var data = DatasetLoader.Load("d", source, new RandomKey(1));

        Assert.Equal(["train", "test"], data.Splits.Keys);
        Assert.Equal(["image", "word"], data.Splits["train"].Keys);
        Assert.Equal(known.Columns, data.Splits["test"].ToDictionary(column => column.Key, column => (Spec?)column.Value.Spec));
        Assert.Equal((3, DataType.UInt8), (known.Count, known.Columns!["image"]!.Type));
    }

    [Fact]
    public void ColumnsOfDifferentLengthsAreToldWithThem()
    {
        using var scope = NewDisposeScope();
        Npz.Write(_folder.Of("a.npz"), [KeyValuePair.Create("x", ones(3, 2)), KeyValuePair.Create("y", ones(2)), KeyValuePair.Create("z", ones(3))]);
        var source = Read($$"""{"source": "npz", "path": "{{_folder.Of("a.npz")}}"}""");

        foreach (var look in new Action[] { () => source.Describe(readHeaders: true), () => source.Read(new RandomKey(1)) })
        {
            Assert.Equal($"{_folder.Of("a.npz")} has columns of different lengths: x, z 3; y 2.", Assert.Throws<DataException>(look).Message);
        }
    }

    [Fact]
    public void StackedColumnsAreKnownFromTheHeaders()
    {
        using var scope = NewDisposeScope();
        Npz.Write(_folder.Of("a.npz"), [KeyValuePair.Create("a", ones(3, 2)), KeyValuePair.Create("b", zeros(3, 2, ScalarType.Int64)), KeyValuePair.Create("c", ones(3))]);
        var source = Read($$$"""{"source": "npz", "path": "{{{_folder.Of("a.npz")}}}", "columns": {"both": ["a", "b"]}}""");

        using var data = DatasetLoader.Load("d", source, new RandomKey(1));

        Assert.Equal("[batch, 2, 2]", source.Describe(readHeaders: true).Splits!["train"].Columns!["both"]!.ToString());
        Assert.Equal([1f, 0, 1, 0], data.Splits["train"]["both"].Range(0, 1).reshape(-1).data<float>().ToArray());
        Assert.Throws<DataException>(() => Read($$$"""{"source": "npz", "path": "{{{_folder.Of("a.npz")}}}", "columns": {"both": ["a", "c"]}}""").Read(new RandomKey(1)));
    }

    [Fact]
    public void ASingleArrayIsX()
    {
        using var scope = NewDisposeScope();
        using (var file = File.Create(_folder.Of("a.npy")))
        {
            Npy.Write(file, arange(6).reshape(3, 2));
        }

        var source = Read($$"""{"source": "npy", "path": "{{_folder.Of("a.npy")}}"}""");
        using var data = DatasetLoader.Load("d", source, new RandomKey(1));

        Assert.Equal("[batch, 2]", source.Describe(readHeaders: true).Splits!["train"].Columns!["x"]!.ToString());
        Assert.Equal([3, 2], data.Splits["train"]["x"].Values.Shape);
    }

    [Fact]
    public void ASingleNumberIsNoExamples()
    {
        using var scope = NewDisposeScope();
        using (var file = File.Create(_folder.Of("a.npy")))
        {
            Npy.Write(file, tensor(7));
        }

        var source = Read($$"""{"source": "npy", "path": "{{_folder.Of("a.npy")}}"}""");

        Assert.Equal($"{_folder.Of("a.npy")} is one number, not examples.", Assert.Throws<DataException>(() => source.Read(new RandomKey(1))).Message);
        Assert.Equal($"{_folder.Of("a.npy")} is one number, not examples.", Assert.Throws<DataException>(() => source.Describe(readHeaders: true)).Message);
    }

    public void Dispose() => _folder.Dispose();

    private static DataSource Read(string json) => Reading.Read<DataSource>(JsonNodes.Parse(json));
}
