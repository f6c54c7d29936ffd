using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing;

public class LookupTests
{
    [Fact]
    public void WordsAsFrequentComeInReverseOrderOfTheirBytes()
    {
        using var scope = NewDisposeScope();

        var learned = (StringLookup)new StringLookup().Adapt([Text("b", "🙂", "ｚ", "a")]); // in UTF-16 the smiley would come before the wide z

        Assert.Equal(["🙂", "ｚ", "b", "a"], learned.Vocabulary);
        Assert.Equal(5, learned.Size);
        Assert.False(learned.NeedsData);
    }

    [Fact]
    public void SpecialTokensInTheDataAreNoWords()
    {
        using var scope = NewDisposeScope();

        var learned = (StringLookup)new StringLookup { MaskToken = "" }.Adapt([Text("[UNK]", "", "a", "a")]);

        Assert.Equal(["a"], learned.Vocabulary);
        Assert.Equal([0, 1, 2], Computed(learned, Text("", "zebra", "a")));
    }

    [Fact]
    public void BatchesAreCountedTogether()
    {
        using var scope = NewDisposeScope();

        var learned = (StringLookup)new StringLookup { MaxTokens = 3 }.Adapt([Text("a", "b"), Text("c", "b"), Text("c", "c")]);

        Assert.Equal(["c", "b"], learned.Vocabulary);
    }

    [Fact]
    public void AVocabularyMayBeginWithItsSpecialTokens()
    {
        using var scope = NewDisposeScope();
        var lookup = new StringLookup { Vocabulary = ["[UNK]", "a", "b"] };

        Assert.Equal([1, 2, 0], Computed(lookup, Text("a", "b", "c")));
        Assert.Equal([12, -1, 36], Computed(new IntegerLookup { Vocabulary = [12, 36], Invert = true }, tensor(new[] { 1L, 0, 2 })));
    }

    [Fact]
    public void WhatIsUnknownIsSpreadOverItsPlaces()
    {
        using var scope = NewDisposeScope();

        Assert.Equal([1, 0, 2, 3], Computed(new IntegerLookup { Vocabulary = [7, 8], NumOovIndices = 2 }, tensor(new[] { -3L, 4, 7, 8 })));
        var hashed = Computed(new IntegerLookup { Vocabulary = [7, 8], NumOovIndices = 4, OovMethod = OovMethod.FarmHash }, tensor(new[] { 2L, 4, 6, 8 }));
        Assert.Equal([(long)(FarmHash.Of("2") % 4), (long)(FarmHash.Of("4") % 4), (long)(FarmHash.Of("6") % 4), 5], hashed);
    }

    [Fact]
    public void WithoutAPlaceForItTheUnknownIsAnError()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<DataException>(() => Computed(new StringLookup { Vocabulary = ["a"], NumOovIndices = 0 }, Text("b")));

        Assert.Equal("'b' is not in the vocabulary, and num_oov_indices is 0, so nothing stands for what is unknown.", error.Message);
    }

    [Fact]
    public void ALookupThatHasLearnedNothingSaysSo()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(
            "StringLookup has no vocabulary: it is given, or learned from the training data.",
            Assert.Throws<DataException>(() => Computed(new StringLookup(), Text("b"))).Message);
        Assert.Equal("[batch, ?]", new StringLookup { OutputMode = OutputMode.Count }.Infer([new Spec(Shape.OfBatch(3), DataType.String)], CallOptions.None)[0].ToString());
    }

    [Theory]
    [InlineData("""{"vocabulary": ["a", "b", "a"]}""", "The vocabulary has 'a' twice.")]
    [InlineData("""{"vocabulary": []}""", "The vocabulary is empty.")]
    [InlineData("""{"vocabulary": ["a", ""], "mask_token": ""}""", "The vocabulary has the special token '' among its words.")]
    [InlineData("""{"vocabulary": ["a", "b", "c"], "max_tokens": 3}""", "The vocabulary has 4 tokens, and max_tokens is 3.")]
    [InlineData("""{"vocabulary": ["a"], "output_mode": "tf_idf"}""", "With output_mode: tf_idf, a vocabulary has 'idf_weights'.")]
    [InlineData("""{"vocabulary": ["a"], "output_mode": "tf_idf", "idf_weights": [1, 2]}""", "There are 2 idf_weights for 1 tokens.")]
    [InlineData("""{"vocabulary": ["a"], "output_mode": "count", "invert": true}""", "With 'invert', tokens come out, so there is no other 'output_mode'.")]
    [InlineData("""{"pad_to_max_tokens": true}""", "'pad_to_max_tokens' is true, and there is no 'max_tokens'.")]
    [InlineData("""{"sparse": true}""", "StringLookup cannot have 'sparse': sparse tensors are not supported.")]
    [InlineData("""{"salt": [1, 2, 3]}""", "salt has 3 numbers.")]
    public void OptionsThatDoNotGoTogetherAreTold(string options, string problem)
    {
        var error = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse($$"""{"StringLookup": {{options}}}""")));

        Assert.Contains(problem, error.Errors.Select(mistake => mistake.Problem));
    }

    [Fact]
    public void AnExperimentMayNameAFileOfWordsAndASavedModelMayNot()
    {
        var folder = Directory.CreateTempSubdirectory("words");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "words.txt"), "red\r\ngrün\n\nblue\n\n");
            var at = new SourceSpan(new SourceText(Path.Combine(folder.FullName, "e.yaml"), folder.FullName, ""), 1, 1);
            Node Named(string file) => new MappingNode(
                [new Entry(new ScalarNode("StringLookup", false, at), new MappingNode([new Entry(new ScalarNode("vocabulary", false, at), new ScalarNode(file, false, at))], at))], at);

            Assert.Equal(["red", "grün", "", "blue"], ((StringLookup)Reading.Read<Layer>(Named("words.txt"))).Vocabulary);
            Assert.Equal(
                "The vocabulary 'no.txt' cannot be read: there is no such file, or it may not be read.",
                Assert.Throws<ConfigException>(() => Reading.Read<Layer>(Named("no.txt"))).Errors[0].Problem);
            Assert.Equal(
                "The vocabulary is in another file, and the file of a model is not let to name one.",
                Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse("""{"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}}"""), Dialect.Keras)).Errors[0].Problem);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Tensor Text(params string[] texts) => TextTensor.Encode(new TextArray(texts, texts.Length));

    private static long[] Computed(Layer layer, Tensor x)
    {
        var isText = x.dtype == ScalarType.Byte;
        using var module = layer.Build([new Spec(Shape.OfBatch(), isText ? DataType.String : DataType.Int64)], new BuildContext("", default));
        return module.Call([x], new Tensor?[1], new Call(training: false, default))[0].data<long>().ToArray();
    }
}
