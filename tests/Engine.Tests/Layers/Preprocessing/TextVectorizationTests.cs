using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing;

public class TextVectorizationTests
{
    private static readonly Spec Column = new(Shape.OfBatch(), DataType.String);

    [Fact]
    public void OnlyAsciiIsLoweredAndOnlyItsPunctuationGoes()
    {
        using var scope = NewDisposeScope();
        var learned = (TextVectorization)new TextVectorization().Adapt([Text("It's “ÉCOLE”, O.K.?")]);

        Assert.Equal(["“École”", "ok", "its"], learned.Vocabulary!);
    }

    [Fact]
    public void LongTextsAreCutAndShortOnesFilledUp()
    {
        using var scope = NewDisposeScope();
        var layer = new TextVectorization { Vocabulary = ["a", "b"], OutputSequenceLength = 3 };

        Assert.Equal([2, 3, 1, 3, 0, 0, 0, 0, 0], Computed(layer, Text("a b c a", "b", "  \t\n")));
        Assert.Equal("[batch, 3]", layer.Infer([Column], CallOptions.None)[0].ToString());
        Assert.Equal("[batch, ?]", (layer with { OutputSequenceLength = null }).Infer([Column], CallOptions.None)[0].ToString());
    }

    [Fact]
    public void NgramsOfAListLeaveTheOtherLengthsOut()
    {
        using var scope = NewDisposeScope();
        var layer = (TextVectorization)Reading.Read<Layer>(JsonNodes.Parse("""{"TextVectorization": {"ngrams": [2]}}"""));

        Assert.Equal(["b c", "a b"], ((TextVectorization)layer.Adapt([Text("a b c")])).Vocabulary!);
        Assert.Equal("ngrams is out of range.", Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse("""{"TextVectorization": {"ngrams": 0}}"""))).Errors[0].Problem);
    }

    [Fact]
    public void WithoutASplitATextIsOneWord()
    {
        using var scope = NewDisposeScope();
        var layer = new TextVectorization { Vocabulary = ["new york", "rome"], Split = null };

        Assert.Equal([2, 3, 1], Computed(layer, Text("New York", "Rome!", "Paris")));
        Assert.Equal("[batch, 1]", layer.Infer([Column], CallOptions.None)[0].ToString());
    }

    [Fact]
    public void SeveralTextsAnExampleAreRefused()
    {
        var error = Assert.Throws<ShapeException>(() => new TextVectorization().Infer([new Spec(Shape.OfBatch(2), DataType.String)], CallOptions.None));

        Assert.Equal("takes one text an example, but its input is [batch, 2]", error.Message);
        Assert.Equal("takes text, but its input is float32", Assert.Throws<ShapeException>(() => new TextVectorization().Infer([new Spec(Shape.OfBatch())], CallOptions.None)).Message);
    }

    private static Tensor Text(params string[] texts) => TextTensor.Encode(new TextArray(texts, texts.Length));

    private static long[] Computed(Layer layer, Tensor x)
    {
        using var module = layer.Build([Column], new BuildContext("", default));
        return module.Call([x], new Tensor?[1], new Call(training: false, default))[0].data<long>().ToArray();
    }
}
