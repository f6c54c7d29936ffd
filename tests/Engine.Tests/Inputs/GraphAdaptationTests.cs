using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Inputs;
using ExperimentRunner.Engine.Inputs.Transforms;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Saving;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Inputs;

public sealed class GraphAdaptationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("adapt");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void LayersLearnFromWhatTheOnesBeforeThemMake()
    {
        using var scope = NewDisposeScope();
        var graph = Chain(new Spec(Shape.OfBatch(1)), new Rescaling { Scale = [10] }, new Normalization(), new Dense { Units = 1 });

        var adapted = GraphAdaptation.Adapt(graph, [Column.Of(tensor(new[] { 1f, 2, 3 }, [3, 1]))]);

        var normalization = (Normalization)adapted.Layers[2].Definition;
        Assert.Equal(20, Assert.Single(normalization.Mean!), 1e-6);
        Assert.Empty(GraphAdaptation.Unadapted(adapted));
        Assert.Single(GraphAdaptation.Unadapted(graph));
    }

    [Fact]
    public void ShapesFollowWhatIsLearned()
    {
        using var scope = NewDisposeScope();
        var text = new TextVectorization { OutputMode = OutputMode.MultiHot };
        var graph = Chain(new Spec(Shape.OfBatch(), DataType.String), text.Assuming(50), new Dense { Units = 2 });

        var adapted = GraphAdaptation.Adapt(graph, [Words("red green", "green blue")]);

        Assert.Equal("[batch, 4]", adapted.Nodes[1].Outputs[0].ToString());
        using var model = new Model("m", adapted, new RandomKey(1));
        Assert.Equal([4, 2], model.Weights[0].Shape);
        Assert.Equal([2, 2], model.Call([Words("red", "x").Range(0, 2)], new Call(training: false, default))[0].shape);
    }

    [Fact]
    public void ALayerBehindWeightsCannotLearn()
    {
        using var scope = NewDisposeScope();
        var graph = Chain(new Spec(Shape.OfBatch(2)), new Dense { Units = 2 }, new Normalization());

        var error = Assert.Throws<DataException>(() => GraphAdaptation.Adapt(graph, [Column.Of(ones(3, 2))]));

        Assert.Equal("Normalization 'normalization' learns from data, so it stands before the layers with weights.", error.Message);
    }

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void WhatWasLearnedIsSavedWithTheModel(string ending)
    {
        using var scope = NewDisposeScope();
        var words = Words("red green", "green blue", "GREEN, red!");
        var graph = GraphAdaptation.Adapt(
            Chain(new Spec(Shape.OfBatch(), DataType.String), new TextVectorization { OutputMode = OutputMode.TfIdf }.Assuming(9), new Dense { Units = 2 }), [words]);
        using var model = new Model("m", graph, new RandomKey(1));
        var path = Path.Combine(_folder.FullName, "model" + ending);

        ModelFile.Save(path, model);
        using var loaded = ModelFile.Load(path);

        var call = new Call(training: false, default);
        Assert.Equal(DataType.String, loaded.Model.Graph.Inputs[0].Spec.Type);
        Assert.True(loaded.Model.Call([words.Range(0, 3)], call)[0].Equals(model.Call([words.Range(0, 3)], call)[0]));
    }

    [Fact]
    public void TheVocabularyThatKerasKeepsBesideTheConfigurationIsRead()
    {
        using var scope = NewDisposeScope();
        var graph = Chain(new Spec(Shape.OfBatch(), DataType.String), new TextVectorization { Vocabulary = ["green", "red"], OutputSequenceLength = 2 });
        using var model = new Model("m", graph, new RandomKey(1));
        var path = Path.Combine(_folder.FullName, "model.keras");
        ModelFile.Save(path, model);
        using (var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Update))
        {
            string config;
            using (var reader = new StreamReader(archive.GetEntry("config.json")!.Open()))
            {
                config = reader.ReadToEnd();
            }

            archive.GetEntry("config.json")!.Delete();
            Write("config.json", config.Replace("""["green","red"]""", "null", StringComparison.Ordinal));
            Write("assets/layers/text_vectorization/vocabulary.txt", "\n[UNK]\nblue\ngreen");
            void Write(string name, string text)
            {
                using var entry = new StreamWriter(archive.CreateEntry(name).Open());
                entry.Write(text);
            }
        }

        using var loaded = ModelFile.Load(path);

        Assert.Equal([3, 1, 2, 0], loaded.Model.Call([Words("green red", "blue").Range(0, 2)], new Call(training: false, default))[0].data<long>().ToArray());
    }

    [Fact]
    public void TransformsAreKeptWithWhatTheyLearned()
    {
        using var scope = NewDisposeScope();
        var column = Words("b a", "b").With(new TextVectorization { Vocabulary = ["b", "a"], OutputSequenceLength = 2 }).With(new ToCategorical { NumClasses = 4 });

        var again = FittedTransforms.FromJson(new FittedTransforms(column.Layers).ToJson());

        Assert.True(again.Apply(Words("a c").Values).Range(0, 1).Equals(column.WithValues(Words("a c").Values).Range(0, 1)));
        Assert.Equal(
            "A transform does not fit the data: TextVectorization takes text, but its input is float32.",
            Assert.Throws<DataException>(() => again.Apply(new ArrayValues(ones(3)))).Message);
    }

    private static Column Words(params string[] texts) => Column.Of(new ArrayValues(new TextArray(texts, texts.Length)));

    private static Graph Chain(Spec input, params Layer[] layers)
    {
        var builder = new GraphBuilder();
        builder.TryTake("x");
        var tensor = builder.Input("x", input, SourceSpan.Nowhere);
        foreach (var layer in layers)
        {
            var name = builder.FreeName(Catalog.NameOf(layer.GetType()));
            tensor = new TensorRef(builder.Call(GraphBuilder.Add(layer, name, SourceSpan.Nowhere), name, [tensor], CallOptions.None, SourceSpan.Nowhere));
        }

        return builder.Build([new Port(tensor.Node.Name, tensor)]);
    }
}
