using System.Text.Json;
using System.Text.Json.Nodes;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Parity;

/// <summary>Every case of Keras's preprocessing: what a layer learns from data, and what it makes of others.</summary>
public class PreprocessingParityTests
{
    public static TheoryData<int, string> Cases => Vocabulary.Cases("preprocessing");

    [Theory, MemberData(nameof(Cases))]
    public void LearnsAndComputesAsKeras(int at, string name)
    {
        using var scope = NewDisposeScope();
        var one = Vocabulary.Case("preprocessing", at);
        var layer = Vocabulary.Read<Layer>(one);
        Assert.StartsWith((string)one["name"]!, name, StringComparison.Ordinal);
        if (layer is IAdapts { NeedsData: true } adapts)
        {
            layer = adapts.Adapt([AdaptData(one, layer).ToTensor()]);
        }

        var inputs = layer is HashedCrossing ? one["x"]!.AsArray().Select(ValuesOf).ToList() : [ValuesOf(one["x"])];
        Spec[] specs = [.. inputs.Select(values => new Spec(new Shape(values.Shape.Select(length => (long?)length)), values.Type))];
        var inferred = layer.Infer(specs, CallOptions.None)[0];
        using var module = layer.Build(specs, new BuildContext("", default));
        var y = module.Call([.. inputs.Select(values => values.ToTensor())], new Tensor?[specs.Length], new Call(training: false, default))[0];

        if (inferred.Type == DataType.String)
        {
            Assert.Equal(Texts(one["y"]), TextTensor.Decode(y).Values);
            return;
        }

        Assert.Equal(inferred.Type.ToTorch(), y.dtype);
        Assert.Equal(inferred.Rank, y.dim());
        Assert.All(inferred.Shape.Zip(y.shape), axis => Assert.True(axis.First is null || axis.First == axis.Second));
        Assert.Equal(ShapeOf(one["y"]), y.shape);
        Vocabulary.AssertClose(one["y"], y);
    }

    [Theory, MemberData(nameof(Cases))]
    public void HasTheVocabularyThatKerasHas(int at, string name)
    {
        using var scope = NewDisposeScope();
        var one = Vocabulary.Case("preprocessing", at);
        var layer = Vocabulary.Read<Layer>(one);
        Assert.StartsWith((string)one["name"]!, name, StringComparison.Ordinal);
        if (one["vocabulary"] is not JsonArray expected)
        {
            Assert.False(layer is IHasVocabulary);
            return;
        }

        layer = layer is IAdapts { NeedsData: true } adapts ? adapts.Adapt([AdaptData(one, layer).ToTensor()]) : layer;

        Assert.Equal(expected.Count, ((IHasVocabulary)layer).Size);
        var words = layer switch
        {
            StringLookup lookup => lookup.Words,
            IntegerLookup lookup => lookup.Words.Select(word => $"{word}"),
            _ => ((TextVectorization)layer).Vocabulary!,
        };
        Assert.Equal(Texts(expected).TakeLast(words.Count()), words);
    }

    /// <summary>The data to learn from. A flat list is one example to tf.keras's lookups, and one a value to its other layers.</summary>
    private static ArrayValues AdaptData(JsonNode one, Layer layer)
    {
        var data = one["adapt"]!.AsArray();
        return ValuesOf(layer is StringLookup or IntegerLookup && data[0] is JsonValue ? new JsonArray(data.DeepClone()) : data);
    }

    private static ArrayValues ValuesOf(JsonNode? values)
    {
        var shape = ShapeOf(values);
        var leaves = Leaves(values).ToList();
        return leaves[0].GetValueKind() == JsonValueKind.String ? new ArrayValues(new TextArray([.. leaves.Select(leaf => (string)leaf!)], shape))
            : leaves.TrueForAll(leaf => leaf.AsValue().TryGetValue<long>(out _)) ? new ArrayValues(tensor(leaves.Select(leaf => (long)leaf).ToArray(), shape))
            : new ArrayValues(tensor(leaves.Select(leaf => (float)leaf).ToArray(), shape));
    }

    private static IEnumerable<string> Texts(JsonNode? values) => Leaves(values).Select(leaf => leaf.GetValueKind() == JsonValueKind.String ? (string)leaf! : leaf.ToJsonString());

    private static IEnumerable<JsonNode> Leaves(JsonNode? values) => values is JsonArray list ? list.SelectMany(Leaves) : [values!];

    private static long[] ShapeOf(JsonNode? values)
    {
        var shape = new List<long>();
        for (var level = values; level is JsonArray list; level = list[0])
        {
            shape.Add(list.Count);
        }

        return [.. shape];
    }
}
