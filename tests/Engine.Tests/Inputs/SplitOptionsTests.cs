using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class SplitOptionsTests
{
    [Fact]
    public void EveryExampleGoesToOnePart()
    {
        var chosen = Split("""{"validation": 0.1, "test": 0.25}""").Choose(1001);

        Assert.Equal(100, chosen["validation"].Length);
        Assert.Equal(250, chosen["test"].Length);
        Assert.Equal(651, chosen["train"].Length);
        Assert.Equal(Enumerable.Range(0, 1001).Select(i => (long)i), chosen.Values.SelectMany(part => part).Order());
        Assert.All(chosen.Values, part => Assert.Equal(part.Order(), part));
        Assert.InRange(chosen["validation"].Average(), 400, 600); // drawn from everywhere
    }

    [Fact]
    public void TheSeedDecidesWhich()
    {
        Assert.Equal(Split("""{"validation": 0.1}""").Choose(1000)["validation"], Split("""{"validation": 0.1, "seed": 0}""").Choose(1000)["validation"]);
        Assert.NotEqual(Split("""{"validation": 0.1, "seed": 1}""").Choose(1000)["validation"], Split("""{"validation": 0.1}""").Choose(1000)["validation"]);
    }

    [Theory]
    [InlineData(0.1, 4, "validation")]
    [InlineData(0.9, 4, "train")]
    public void APartWithoutExamplesIsToldByName(double part, int examples, string name) =>
        Assert.Equal(
            $"The split leaves '{name}' without examples: there are {examples}.",
            Assert.Throws<DataException>(() => Split(FormattableString.Invariant($$"""{"validation": {{part}}}""")).Choose(examples)).Message);

    [Fact]
    public void CountsAreKnownWithoutReading()
    {
        var known = Split("""{"validation": 0.1}""").Describe(new DataDescription(new Dictionary<string, SplitDescription> { ["train"] = new(null, 60_000), ["test"] = new(null, 10) }));

        Assert.Equal([("train", 54_000L), ("test", 10L), ("validation", 6_000L)], known.Splits!.Select(split => (split.Key, split.Value.Count!.Value)));
    }

    [Fact]
    public void ANameThatIsTakenAndDataWithoutTrainAreTold()
    {
        const string Taken = """{"source": "synthetic", "split": {"test": 0.1}, "columns": {"x": {"shape": [1]}}}""";
        const string Without = """{"source": "synthetic", "split": {"validation": 0.1}, "examples": {"all": 10}, "columns": {"x": {"shape": [1]}}}""";

        foreach (var (json, problem) in new[] { (Taken, "'split' cannot make 'test': the data have a split of that name."), (Without, "'split' carves parts out of 'train', but the splits are all.") })
        {
            var source = Reading.Read<DataSource>(JsonNodes.Parse(json));
            Assert.Equal(problem, Assert.Throws<DataException>(() => DatasetLoader.Load("d", source, new RandomKey(1))).Message);
            Assert.Equal(problem, Assert.Throws<DataException>(() => source.Split!.Describe(source.Describe())).Message);
        }
    }

    private static SplitOptions Split(string json) => Reading.Read<SplitOptions>(JsonNodes.Parse(json));
}
