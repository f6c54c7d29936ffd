using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using Parquet;
using Parquet.Schema;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public sealed class ParquetSourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parquet");

    private string File => Path.Combine(_folder.FullName, "data.parquet");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void WhatIsWrittenIsReadAgain()
    {
        using var scope = NewDisposeScope();
        ParquetTable.Write(File, new Dictionary<string, ArrayValues>
        {
            ["y"] = new(tensor(new[] { 0.1f, 0.9f, 0.2f, 0.8f, 0.3f, 0.7f }, [3, 2])),
            ["n"] = new(tensor(new[] { 1L, -2, 3 })),
            ["one"] = new(tensor(new[] { 1.5, 2.5, 3.5 }, [3, 1])),
            ["word"] = new(new TextArray(["a", "", "größer"], 3)),
        });

        using var data = Source().Read(default);

        var train = data.Splits["train"];
        Assert.Equal(["n", "one", "word", "y_0", "y_1"], train.Keys.Order());
        Assert.Equal([0.9f, 0.8f, 0.7f], train["y_1"].Values.Numbers!.data<float>().ToArray());
        Assert.Equal([1L, -2, 3], train["n"].Values.Numbers!.data<long>().ToArray());
        Assert.Equal([1.5, 2.5, 3.5], train["one"].Values.Numbers!.data<double>().ToArray());
        Assert.Equal(["a", "", "größer"], train["word"].Values.Text!.Values);
    }

    [Fact]
    public async Task GroupsOfRowsEmptyCellsAndListsAreRead()
    {
        DataField age = new DataField<int>("age", nullable: true), name = new DataField<string>("name", nullable: true);
        var pixels = new ListField("pixels", new DataField<float>("element", nullable: false));
        var element = (DataField)pixels.Item;
        await using (var file = System.IO.File.Create(File))
        {
            await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(age, name, pixels), file);
            foreach (var (ages, names) in new (int?[], string[])[] { ([30, 40], ["a", "b"]), ([null], ["c"]) })
            {
                using var group = writer.CreateRowGroup();
                var values = Enumerable.Range(0, 3 * ages.Length).Select(i => (float)i).ToArray();
                await group.WriteAsync<int>(age, ages);
                await group.WriteAsync(name, names);
                await group.WriteAllPartsAsync<float>(
                    element,
                    values,
                    Enumerable.Repeat(element.MaxDefinitionLevel, values.Length).ToArray(),
                    Enumerable.Range(0, values.Length).Select(i => i % 3 == 0 ? 0 : 1).ToArray(),
                    CancellationToken.None);
            }
        }

        using var scope = NewDisposeScope();
        using var data = Source().Read(default);

        var train = data.Splits["train"];
        Assert.Equal([30, 40, float.NaN], train["age"].Values.Numbers!.data<float>().ToArray());
        Assert.Equal(["a", "b", "c"], train["name"].Values.Text!.Values);
        Assert.Equal([3, 3], train["pixels"].Values.Shape);
        Assert.Equal([0, 1, 2, 3, 4, 5, 0, 1, 2], train["pixels"].Values.Numbers!.reshape(-1).data<float>().ToArray());
        var described = Source().Describe(readHeaders: true).Splits!["train"];
        Assert.Equal(3, described.Count);
        Assert.Equal(["age", "name", "pixels"], described.Columns!.Keys.Order());
    }

    [Fact]
    public void OnlyTheColumnsAskedForAreRead()
    {
        using var scope = NewDisposeScope();
        ParquetTable.Write(File, new Dictionary<string, ArrayValues> { ["a"] = new(tensor(new[] { 1L })), ["b"] = new(tensor(new[] { 2L })) });

        using var data = (Source() with { SelectColumns = ["b"] }).Read(default);

        Assert.Equal(["b"], data.Splits["train"].Keys);
        Assert.Equal(
            $"{File} has no column 'bb'. It has a, b.",
            Assert.Throws<DataException>(() => (Source() with { SelectColumns = ["bb"] }).Read(default)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(-5)]
    public void ADamagedFileIsOneClearError(int length)
    {
        using var scope = NewDisposeScope();
        ParquetTable.Write(File, new Dictionary<string, ArrayValues> { ["a"] = new(arange(1000)) });
        var bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, length < 0 ? bytes[..^-length] : bytes[..length]);

        Assert.StartsWith($"{File} is no Parquet file that can be read: ", Assert.Throws<DataException>(() => Source().Read(default)).Message, StringComparison.Ordinal);
    }

    private ParquetSource Source() => new() { Path = new FilePath(File, File, SourceSpan.Nowhere) };
}
