using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class SyntheticTests
{
    private const string Drawn = """
        {"source": "synthetic", "examples": {"train": 500, "test": 20}, "columns": {
            "x": {"shape": [3]}, "u": {"shape": [2, 2], "distribution": "uniform"}, "y": {"linear_of": "x", "classes": 4, "noise": 0.1},
            "z": {"linear_of": "u"}, "tokens": {"shape": [5], "classes": 7} } }
        """;

    [Fact]
    public void IsTheSameForTheSameSeedAndName()
    {
        using var one = Load(Drawn);
        using var again = Load(Drawn);
        using var other = Load(Drawn, seed: 2);
        using var elsewhere = Load(Drawn, name: "another");

        foreach (var column in new[] { "x", "u", "y", "z", "tokens" })
        {
            var values = one.Splits["train"][column].Values.Numbers!;
            Assert.True(values.Equals(again.Splits["train"][column].Values.Numbers!));
            Assert.False(values.Equals(other.Splits["train"][column].Values.Numbers!));
            Assert.False(values.Equals(elsewhere.Splits["train"][column].Values.Numbers!));
        }
    }

    [Fact]
    public void ItsOwnSeedWinsOverTheRuns()
    {
        var seeded = Drawn.Replace("\"examples\"", "\"seed\": 5, \"examples\"", StringComparison.Ordinal);
        using var one = Load(seeded);
        using var other = Load(seeded, seed: 2, name: "another");

        Assert.True(one.Splits["train"]["x"].Values.Numbers!.Equals(other.Splits["train"]["x"].Values.Numbers!));
    }

    [Fact]
    public void ColumnsAreWhatTheySayTheyAre()
    {
        using var scope = NewDisposeScope();
        using var data = Load(Drawn);
        var known = Read(Drawn).Describe().Splits!;

        Assert.Equal(["train", "test"], data.Splits.Keys);
        foreach (var (split, columns) in data.Splits)
        {
            foreach (var (name, column) in columns)
            {
                Assert.Equal(known[split].Columns![name], column.Spec);
                Assert.Equal(known[split].Count, column.Count);
            }
        }

        var train = data.Splits["train"];
        Assert.InRange(train["x"].Values.Numbers!.std().item<float>(), 0.9f, 1.1f);
        Assert.InRange(train["u"].Values.Numbers!.min().item<float>(), 0, 0.01f);
        Assert.InRange(train["u"].Values.Numbers!.max().item<float>(), 0.99f, 1);
        Assert.Equal([0L, 1, 2, 3], train["y"].Values.Numbers!.unique().output.data<long>().ToArray());
        Assert.Equal([0L, 1, 2, 3, 4, 5, 6], train["tokens"].Values.Numbers!.unique().output.data<long>().ToArray());
    }

    [Fact]
    public void ALinearFunctionIsTheSameInEverySplit()
    {
        using var scope = NewDisposeScope();
        using var data = Load("""{"source": "synthetic", "columns": {"x": {"shape": [3]}, "y": {"linear_of": "x"}}}""");
        var (train, test) = (data.Splits["train"], data.Splits["test"]);

        var weights = linalg.lstsq(train["x"].Values.Numbers!, train["y"].Values.Numbers!).Solution;

        Assert.True(allclose(test["x"].Values.Numbers!.matmul(weights), test["y"].Values.Numbers!, 1e-4, 1e-4));
        Assert.Equal((1000, 200), (train["x"].Count, test["x"].Count));
    }

    [Fact]
    public void ExamplesMayBeWrittenInTheFile()
    {
        using var scope = NewDisposeScope();
        using var data = Load("""
            {"source": "synthetic", "columns": {
                "x": {"values": [[0, 0], [0, 1], [1, 0], [1, 1]]}, "y": {"values": [[0], [1], [1], [0]]}, "words": {"values": ["a", "b", "c", "007"]}, "drawn": {"shape": [2]} } }
            """);

        var train = Assert.Single(data.Splits).Value;
        Assert.Equal([0, 0, 0, 1, 1, 0, 1, 1], train["x"].Values.Numbers!.reshape(-1).data<float>().ToArray());
        Assert.Equal([4, 1], train["y"].Values.Shape);
        Assert.Equal(["a", "b", "c", "007"], train["words"].Values.Text!.Values);
        Assert.Equal([4, 2], train["drawn"].Values.Shape);
    }

    [Theory]
    [InlineData("""{"y": {"linear_of": "x"}, "x": {}}""", "'y' is linear_of 'x', which is no column before it.")]
    [InlineData("""{"data": {}, "y": {"linear_of": "dta"}}""", "'y' is linear_of 'dta', which is no column before it. Did you mean 'data'?")]
    [InlineData("""{"x": {"values": ["a"]}, "y": {"linear_of": "x"}}""", "'y' is linear_of 'x', which is text.")]
    [InlineData("""{"x": {"values": [1, 2]}, "y": {"values": [1]}}""", "'x' has 2 values, but 'y' has 1.")]
    [InlineData("""{"x": {"values": [[1, 2], [3]]}}""", "The values differ in shape here.")]
    [InlineData("""{"x": {"values": [[1, 2], 3]}}""", "The values differ in shape here.")]
    [InlineData("""{"x": {"values": []}}""", "There are no values.")]
    [InlineData("""{"x": {"values": 3}}""", "values is the number 3.")]
    [InlineData("""{"x": {"values": [1, "b"]}}""", "values[1] is text 'b'.")]
    [InlineData("""{"x": {"values": [1], "classes": 3}}""", "A column whose values are written has nothing else to say.")]
    [InlineData("""{"x": {}, "y": {"linear_of": "x", "shape": [2]}}""", "The shape of a linear function is its own: one number an example.")]
    [InlineData("""{"x": {"noise": 2}}""", "There is no linear function to put noise on.")]
    [InlineData("""{"x": {"shape": [0]}}""", "shape is 0, which is out of range.")]
    [InlineData("{}", "There are no columns.")]
    public void AMistakeIsToldBeforeAnythingIsMade(string columns, string problem)
    {
        var errors = Assert.Throws<ConfigException>(() => Read($$"""{"source": "synthetic", "columns": {{columns}} }""")).Errors;

        Assert.Equal(problem, Assert.Single(errors).Problem);
    }

    [Fact]
    public void ASplitNeedsExamplesAndANameWithoutADot()
    {
        Assert.Throws<ConfigException>(() => Read("""{"source": "synthetic", "columns": {"x": {}}, "examples": {"train": 0}}"""));
        Assert.Throws<ConfigException>(() => Read("""{"source": "synthetic", "columns": {"x": {}}, "examples": {"tr.ain": 1}}"""));
        Assert.Throws<ConfigException>(() => Read("""{"source": "synthetic", "columns": {"x": {}}, "examples": {}}"""));
    }

    private static DataSource Read(string json) => Reading.Read<DataSource>(JsonNodes.Parse(json));

    private static Dataset Load(string json, ulong seed = 1, string name = "toy") => DatasetLoader.Load(name, Read(json), new RandomKey(seed));
}
