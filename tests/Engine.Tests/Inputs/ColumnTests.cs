using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Sources;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Layers.Reshaping;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public class ColumnTests
{
    private static readonly Spec Bytes = new(Shape.OfBatch(4), DataType.UInt8);

    [Fact]
    public void ABatchIsTransformedInOrderAndTheDataStayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using var raw = Column.Of(arange(12, ScalarType.Byte).reshape(3, 4));
        var column = raw.With(new Rescaling { Scale = [0.5], Offset = [1] }).With(new Reshape { TargetShape = [2, -1] });

        var batch = column.At(tensor(new[] { 2L, 0 }));

        Assert.Equal("[batch, 2, 2]", column.Spec.ToString());
        Assert.Equal([2, 2, 2], batch.shape);
        Assert.Equal([5, 5.5f, 6, 6.5f, 1, 1.5f, 2, 2.5f], batch.reshape(-1).data<float>().ToArray());
        Assert.False(batch.requires_grad);
        Assert.Equal(DataType.UInt8, column.Values.Type);
        Assert.Equal(["Rescaling", "Reshape"], column.Layers.Select(layer => layer.GetType().Name));
        Assert.True(column.Part(1, 2).Range(1, 1).Equals(column.Range(2, 1)));
    }

    [Fact]
    public void WhatAColumnCannotTakeIsToldBeforeAnythingIsBuilt()
    {
        Assert.Equal("cannot make [3] of 4 elements an example: its input is [batch, 4]", Problem(new Reshape { TargetShape = [3] }, Bytes));
        Assert.Equal("has weights, so it belongs in the model", Problem(new Dense { Units = 2 }, Bytes));
        Assert.Equal("takes numbers, but its input is text", Problem(new Rescaling { Scale = [2] }, new Spec(Shape.OfBatch(), DataType.String)));
        Assert.Equal("takes numbers, but its input is text", Problem(new ToCategorical(), new Spec(Shape.OfBatch(), DataType.String)));
        Assert.Equal("[batch, 4, ?]", Column.Infer(new ToCategorical(), Bytes).ToString());
    }

    [Fact]
    public void TextIsReadByALayerOfText()
    {
        using var scope = NewDisposeScope();
        using var words = Column.Of(new ArrayValues(new TextArray(["a", "ccc", "bb", "dddd"], 2, 2)));

        var lengths = words.With(new TextLengths()).With(new Rescaling { Scale = [10] });

        Assert.Equal("[batch, 2]", lengths.Spec.ToString());
        Assert.Equal([20, 40, 10, 30], lengths.At(tensor(new[] { 1L, 0 })).reshape(-1).data<float>().ToArray());
        Assert.Equal([20, 40], lengths.Range(1, 1).reshape(-1).data<float>().ToArray());
        Assert.Equal(["a", "ccc"], TextTensor.Decode(words.Range(0, 1)).Values);
    }

    [Fact]
    public void ALayerOfTextLearnsFromTrainAlone()
    {
        using var scope = NewDisposeScope();
        var source = new Synthetic
        {
            Columns = new Dictionary<string, SyntheticColumn> { ["t"] = Reading.Read<SyntheticColumn>(JsonNodes.Parse("""{"values": ["a", "ccc", "bb", "dddd"]}""")) },
            Transform = new Dictionary<string, IReadOnlyList<Engine.Inputs.Transforms.Transform>> { ["t"] = [new(new TextLengths { Most = null }, SourceSpan.Nowhere)] },
            Split = new SplitOptions(new Dictionary<string, double> { ["test"] = 0.5 }),
        };

        using var data = DatasetLoader.Load("words", source, new RandomKey(1));

        var most = Assert.IsType<TextLengths>(Assert.Single(data.Splits["test"]["t"].Layers)).Most;
        Assert.Equal(data.Splits["train"]["t"].Values.Text!.Values.Max(text => text.Length), most);
    }

    [Fact]
    public void TransformsLearnFromWhatTheOnesBeforeThemMake()
    {
        using var scope = NewDisposeScope();
        using var data = Load("""[{"Rescaling": {"scale": 10}}, {"Normalization": {"axis": null}}]""", "[1, 2, 3]");

        var column = data.Splits["train"]["x"];
        var normalization = Assert.IsType<Normalization>(column.Layers[1]);
        Assert.Equal(20, Assert.Single(normalization.Mean!), 1e-6);
        Assert.Equal(200 / 3.0, Assert.Single(normalization.Variance!), 1e-6);
        Assert.Equal([-1.2247449f, 0, 1.2247449f], column.Range(0, 3).data<float>().ToArray());
    }

    [Theory]
    [InlineData("""["to_categorical"]""", "[0, 2, 1]", 3)]
    [InlineData("""[{"to_categorical": {"num_classes": 5}}]""", "[[0], [2], [1]]", 5)]
    public void ClassesBecomeRows(string transform, string values, long classes)
    {
        using var scope = NewDisposeScope();
        using var data = Load(transform, values);

        var batch = data.Splits["train"]["x"].Range(0, 3);

        Assert.Equal([3, classes], batch.shape);
        Assert.Equal([0L, 2, 1], batch.argmax(1).data<long>().ToArray());
        Assert.Equal(3, batch.sum().item<float>());
        Assert.Equal(data.Splits["train"]["x"].Spec.Shape.Last, classes);
    }

    [Theory]
    [InlineData("""[{"to_categorical": {"num_classes": 2}}]""", "[0, 2, 1]", "The column 'x' has the class 2, but to_categorical makes 2 classes from 0.")]
    [InlineData("""["to_categorical"]""", "[0, -1, 1]", "The column 'x' has the class -1, but to_categorical makes 2 classes from 0.")]
    [InlineData("""[{"Reshape": {"target_shape": [3]}}]""", "[0, 2, 1]", "A transform does not fit the column 'x': Reshape cannot make [3] of 1 elements an example: its input is [batch].")]
    [InlineData("""[{"Dense": {"units": 3}}]""", "[[0], [1]]", "A transform does not fit the column 'x': Dense has weights, so it belongs in the model.")]
    [InlineData("""["Flatten"]""", "[a, b]", "A transform does not fit the column 'x': Flatten takes numbers, but its input is text.")]
    public void ATransformThatDoesNotFitIsToldWithItsColumn(string transform, string values, string problem)
    {
        var error = Assert.Throws<DataException>(() => Load(transform, values.Replace("a, b", "\"a\", \"b\"", StringComparison.Ordinal)));

        Assert.Equal(problem, error.Message);
    }

    [Fact]
    public void ATransformOfAColumnThatIsNotThereIsTold()
    {
        var source = Reading.Read<DataSource>(JsonNodes.Parse("""{"source": "synthetic", "columns": {"image": {}}, "transform": {"imagee": ["Flatten"]}}"""));

        Assert.Equal(
            "The data 'd' have no column 'imagee' to transform. Did you mean 'image'? They have image.",
            Assert.Throws<DataException>(() => DatasetLoader.Load("d", source, new RandomKey(1))).Message);
    }

    private static string Problem(Layer layer, Spec input) => Assert.Throws<ShapeException>(() => Column.Infer(layer, input)).Message;

    private static Dataset Load(string transform, string values) => DatasetLoader.Load(
        "d",
        Reading.Read<DataSource>(JsonNodes.Parse($$$"""{"source": "synthetic", "columns": {"x": {"values": {{{values}}}}}, "transform": {"x": {{{transform}}}}}""")),
        new RandomKey(1));

    /// <summary>A layer of text, for these tests: how long each text is, at most.</summary>
    private sealed record TextLengths : UnaryLayer, IAdapts, ITakesText
    {
        internal int? Most { get; init; } = int.MaxValue;

        public bool NeedsData => Most is null;

        public Layer Adapt(IEnumerable<Tensor> batches) => this with { Most = batches.SelectMany(batch => TextTensor.Decode(batch).Values).Max(text => text.Length) };

        protected override Spec Infer(Spec input) => new(input.Shape, DataType.Int64);

        protected override UnaryModule Build(Spec input, BuildContext context) => new FunctionModule((x, _) =>
        {
            var texts = TextTensor.Decode(x);
            return tensor(texts.Values.Select(text => (long)Math.Min(text.Length, Most!.Value)).ToArray(), [.. texts.Shape]);
        });
    }
}
