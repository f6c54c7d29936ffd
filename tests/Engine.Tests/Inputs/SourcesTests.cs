using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class SourcesTests
{
    private static readonly RandomKey Seed = new(1);

    [Fact]
    public void MnistIsBytesOfTheRightPictures()
    {
        using var data = DatasetLoader.Load("data", Read("""{"source": "mnist"}"""), Seed);

        var train = data.Splits["train"];
        Assert.Equal([60_000, 28, 28], train["x"].Values.Shape);
        Assert.Equal(DataType.UInt8, train["x"].Values.Type);
        Assert.Equal([5, 0, 4, 1, 9], train["y"].Values.Numbers!.narrow(0, 0, 5).data<byte>().ToArray());
        Assert.Equal([10_000], data.Splits["test"]["y"].Values.Shape);
    }

    [Fact]
    public void TransformsAreDoneToABatchAndTheDataStayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using var data = DatasetLoader.Load(
            "data",
            Read("""
                {"source": "mnist", "transform": {
                    "x": [{"Rescaling": {"scale": 0.00392156862745098}}, {"Reshape": {"target_shape": [28, 28, 1]}}],
                    "y": [{"to_categorical": {}}]}}
                """),
            Seed);

        var (x, y) = (data.Splits["train"]["x"].Range(0, 3), data.Splits["train"]["y"].Range(0, 3));
        Assert.Equal([3, 28, 28, 1], x.shape);
        Assert.Equal(1, x.max().item<float>(), 1e-5);
        Assert.Equal([5, 0, 4], y.argmax(1).data<long>());
        Assert.Equal([3, 10], y.shape);
        Assert.Equal(DataType.UInt8, data.Splits["train"]["x"].Values.Type);
    }

    [Fact]
    public void ATableHasAColumnForEachOfItsHeaders()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("a.csv"), "age,fare,sex\n22,7.25,1\n38,71.5,0\n,8,0\n");

        using var data = DatasetLoader.Load("data", Read($$"""{"source": "csv", "path": "{{folder.Of("a.csv")}}", "columns": {"both": ["age", "fare"]} }"""), Seed);

        var train = data.Splits["train"];
        Assert.Equal([1L, 0, 0], train["sex"].Values.Numbers!.data<long>());
        Assert.Equal([3, 2], train["both"].Values.Shape);
        Assert.True(float.IsNaN(train["age"].Values.Numbers![2].item<float>()));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "a.csv:3: 'x' in the column 'b' is no number")]
    [InlineData("a,b\n1,2\n3\n", "a.csv:3: the row has 1 cells, but the header has 2")]
    [InlineData("a,a\n1,2\n", "two columns called 'a'")]
    public void ABrokenTableIsToldWithItsPlace(string table, string problem)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("a.csv"), table);

        var error = Assert.Throws<DataException>(() => DatasetLoader.Load("data", Read($$"""{"source": "csv", "path": "{{folder.Of("a.csv")}}"}"""), Seed));

        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MadeUpDataAreTheSameForTheSameSeed()
    {
        const string Source = """
            {"source": "synthetic", "examples": {"train": 50, "test": 20}, "columns": {
                "x": {"shape": [3]}, "y": {"linear_of": "x", "classes": 4, "noise": 0.1}}}
            """;
        using var one = DatasetLoader.Load("data", Read(Source), Seed);
        using var again = DatasetLoader.Load("data", Read(Source), Seed);
        using var other = DatasetLoader.Load("data", Read(Source), new RandomKey(2));

        Assert.True(one.Splits["train"]["y"].Values.Numbers!.Equals(again.Splits["train"]["y"].Values.Numbers!));
        Assert.False(one.Splits["train"]["x"].Values.Numbers!.Equals(other.Splits["train"]["x"].Values.Numbers!));
        Assert.Equal([20, 3], one.Splits["test"]["x"].Values.Shape);
        Assert.InRange(one.Splits["train"]["y"].Values.Numbers!.max().item<long>(), 1, 3);
    }

    [Fact]
    public void APartIsCarvedOutOfTrainTheSameForEverySeedOfTheRun()
    {
        const string Source = """{"source": "mnist", "split": {"validation": 0.1}}""";
        using var one = DatasetLoader.Load("data", Read(Source), Seed);
        using var other = DatasetLoader.Load("data", Read(Source), new RandomKey(2));

        Assert.Equal(54_000, one.Splits["train"]["x"].Count);
        Assert.Equal(6_000, one.Splits["validation"]["x"].Count);
        Assert.True(one.Splits["validation"]["y"].Values.Numbers!.Equals(other.Splits["validation"]["y"].Values.Numbers!));
    }

    [Fact]
    public void NormalizationLearnsFromTrainAlone()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        File.WriteAllText(folder.Of("train.csv"), "a\n1.5\n2.5\n3.5\n");
        File.WriteAllText(folder.Of("test.csv"), "a\n102.5\n");

        using var data = DatasetLoader.Load(
            "data",
            Read($$"""{"source": "csv", "paths": {"train": "{{folder.Of("train.csv")}}", "test": "{{folder.Of("test.csv")}}" }, "transform": {"a": [{"Normalization": {"axis": null} }] } }"""), Seed);

        Assert.Equal(100 / Math.Sqrt(2 / 3.0), data.Splits["test"]["a"].Range(0, 1).item<float>(), 1e-3);
    }

    private static DataSource Read(string json) => Reading.Read<DataSource>(JsonNodes.Parse(json));
}
