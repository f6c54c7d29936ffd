using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Tensors;

public class TextTensorTests
{
    [Fact]
    public void TextComesBackAsItWas()
    {
        using var scope = NewDisposeScope();
        string[] texts = ["", "a", "größer", "🙂 two\nlines", "tail\0end", " "];

        var back = TextTensor.Decode(TextTensor.Encode(new TextArray(texts, 3, 2)));

        Assert.Equal(texts, back.Values);
        Assert.Equal([3, 2], back.Shape);
    }

    [Fact]
    public void RowsOfATensorAreRowsOfTheText()
    {
        using var scope = NewDisposeScope();
        var batch = TextTensor.Encode(new TextArray(["one", "two", "three"], 3));

        Assert.Equal(["three", "one"], TextTensor.Decode(batch.index_select(0, tensor(new[] { 2L, 0 }))).Values);
        Assert.Equal(["two"], TextTensor.Decode(batch.narrow(0, 1, 1)).Values);
    }

    [Fact]
    public void NoTextIsNoText()
    {
        using var scope = NewDisposeScope();

        Assert.Empty(TextTensor.Decode(TextTensor.Encode(new TextArray([], 0))).Values);
    }
}
