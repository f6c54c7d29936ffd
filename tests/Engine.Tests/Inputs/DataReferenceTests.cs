using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class DataReferenceTests
{
    [Theory]
    [InlineData("mnist.train.x", "mnist", "train", "x")]
    [InlineData("housing.train", "housing", "train", null)]
    [InlineData("flowers.train.petal.length.cm", "flowers", "train", "petal.length.cm")]
    [InlineData("mnist", "mnist", "", null)]
    public void IsCutAtTheFirstTwoDots(string text, string dataset, string split, string? column)
    {
        var reference = Reading.Read<DataReference>(JsonNodes.Parse($"\"{text}\""));

        Assert.Equal((dataset, split, column), (reference.Dataset, reference.Split, reference.Column));
        Assert.Equal(text, reference.ToString());
        Assert.Equal(text, ((ScalarNode)Form.Of(typeof(DataReference)).Write(reference, null, Dialect.Experiment)).Text);
    }

    [Fact]
    public void KnowsWhereItWasWritten()
    {
        var at = new SourceSpan(new SourceText("a.yaml", "/", ""), 12, 9);

        Assert.Same(at, Reading.Read<DataReference>(new ScalarNode("mnist.train.x", quoted: false, at)).At);
    }

    [Fact]
    public void NamedDataAreOneReferenceOrOneByEachName()
    {
        var one = Reading.Read<NamedData>(JsonNodes.Parse("\"mnist.train.x\""));
        var several = Reading.Read<NamedData>(JsonNodes.Parse("""{"image": "mnist.train.x", "extra": "other.train.z"}"""));

        Assert.Equal("mnist.train.x", one.One!.ToString());
        Assert.Equal(["image", "extra"], several.ByName!.Keys);
        foreach (var wrong in new[] { "[\"a.b.c\"]", "null", "{\"image\": null}" })
        {
            Assert.Throws<ConfigException>(() => Reading.Read<NamedData>(JsonNodes.Parse(wrong)));
        }
    }

    [Fact]
    public void AnInputFunctionHasTheArgumentsOfNumpyInputFn()
    {
        var function = Reading.Read<InputFunction>(JsonNodes.Parse("""{"x": "a.train.x", "shuffle": false}"""));

        Assert.Equal((128, 1, false, false), (function.BatchSize, function.NumEpochs, function.Shuffle, function.DropRemainder));
        Assert.Null(function.Y);
        Assert.Null(Reading.Read<InputFunction>(JsonNodes.Parse("""{"x": "a.train.x", "shuffle": true, "num_epochs": null}""")).NumEpochs);
        var error = Assert.Single(Assert.Throws<ConfigException>(() => Reading.Read<InputFunction>(JsonNodes.Parse("""{"x": "a.train.x"}"""))).Errors);
        Assert.Contains("needs 'shuffle'", error.Problem, StringComparison.Ordinal);
    }
}
