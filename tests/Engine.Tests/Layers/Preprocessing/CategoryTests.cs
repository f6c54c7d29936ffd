using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing;

public class CategoryTests
{
    [Fact]
    public void CountsMayHaveWeightsOfTheirOwn()
    {
        using var scope = NewDisposeScope();
        var layer = new CategoryEncoding { NumTokens = 3, OutputMode = OutputMode.Count };

        var rows = Call(layer, tensor(new[] { 0L, 2, 2, 1, 7, -1 }, [2, 3]), tensor(new[] { 0.5f, 1, 2, 3, 4, 5 }, [2, 3]));

        Assert.Equal([0.5f, 0, 3, 0, 3, 0], rows.data<float>().ToArray()); // 7 and -1 count nowhere
    }

    [Fact]
    public void TokensLieAlongTheFirstAxisAfterTheBatch()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0L, 1, 1, 1, 2, 2 }, [1, 3, 2]);

        var rows = Call(new CategoryEncoding { NumTokens = 3 }, x);

        Assert.Equal([1, 2, 3], rows.shape);
        Assert.Equal([1f, 1, 1, 0, 1, 1], rows.data<float>().ToArray());
    }

    [Fact]
    public void BinsOfGivenBoundariesAreClosedBelow()
    {
        using var scope = NewDisposeScope();

        var bins = Call(new Discretization { BinBoundaries = [0, 0.5, 1] }, tensor(new[] { -1f, 0, 0.25f, 0.5f, 1, 9 }));

        Assert.Equal([0, 1, 1, 2, 3, 3], bins.data<int>().ToArray());
    }

    [Fact]
    public void LearnedBinsHaveAboutAsManyValuesEach()
    {
        using var scope = NewDisposeScope();
        var values = arange(0, 10_000, ScalarType.Float32).mul(0.001);

        var learned = (Discretization)new Discretization { NumBins = 4 }.Adapt([values.narrow(0, 5000, 5000), values.narrow(0, 0, 5000)]);

        Assert.Equal(3, learned.BinBoundaries!.Count);
        Assert.All(learned.BinBoundaries.Zip([2.5, 5, 7.5]), pair => Assert.InRange(pair.First, pair.Second - 0.15, pair.Second + 0.15));
    }

    [Fact]
    public void FractionsAreHashedWithoutTheirFraction()
    {
        using var scope = NewDisposeScope();
        var layer = new Hashing { NumBins = 1000 };

        Assert.Equal(Call(layer, tensor(new[] { 5L, -7 })).data<long>().ToArray(), Call(layer, tensor(new[] { 5.9f, -7.2f })).data<long>().ToArray());
    }

    [Fact]
    public void APipelineCallsItsLayersInOrder()
    {
        using var scope = NewDisposeScope();
        var layer = new Pipeline { Layers = [new Rescaling { Scale = [2] }, new Discretization { BinBoundaries = [1, 3] }] };

        Assert.Equal([0, 1, 2], Call(layer, tensor(new[] { 0f, 1, 2 })).data<int>().ToArray());
        Assert.Equal(
            "has a layer that does not fit: Rescaling takes numbers, but its input is text",
            Assert.Throws<ShapeException>(() => layer.Infer([new Spec(Shape.OfBatch(), DataType.String)], CallOptions.None)).Message);
        var mistake = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse("""{"Pipeline": {"layers": ["StringLookup"]}}""")));
        Assert.Equal("StringLookup learns from data, which a layer in a pipeline is not shown.", mistake.Errors[0].Problem);
    }

    [Fact]
    public void ALayerInAPipelineDrawsAtRandomInTraining()
    {
        using var scope = NewDisposeScope();
        var layer = new Pipeline { Layers = [new Dropout { Rate = 0.5 }, new Dropout { Rate = 0.5 }] };
        using var module = layer.Build([new Spec(Shape.OfBatch(1000))], new BuildContext("", default));
        var x = ones(1, 1000);

        Assert.Equal(1000, module.Call([x], new Tensor?[1], new Call(training: false, new RandomKey(1)))[0].sum().item<float>());
        Assert.InRange(module.Call([x], new Tensor?[1], new Call(training: true, new RandomKey(1)))[0].ne(0).sum().item<long>(), 200, 300); // two draws, not one twice
    }

    private static Tensor Call(Layer layer, params Tensor[] inputs)
    {
        Spec[] specs = [.. inputs.Select(x => new Spec(new Shape(x.shape.Select(length => (long?)length)), DataTypes.FromTorch(x.dtype)))];
        using var module = layer.Build(specs, new BuildContext("", default));
        return module.Call(inputs, new Tensor?[inputs.Length], new Call(training: false, default))[0].contiguous();
    }
}
