using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Reshaping;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Tests.Models;

public class InferenceTests
{
    [Theory]
    [InlineData(64, true)]
    [InlineData(8, false)] // too few channels for Winograd's way
    public void LayersAreFasterWhereMostProductsAreSaved(int filters, bool faster)
    {
        using var model = Pictures([new Conv2D { Filters = 32, KernelSize = [3, 3] }, new Conv2D { Filters = filters, KernelSize = [3, 3] }, new Flatten(), new Dense { Units = 10 }]);

        Assert.Equal(faster, Inference.LayersAreFaster(model));
    }

    [Fact]
    public void ConvolutionsOfAnotherKindAreLeftToOnnxRuntime()
    {
        using var model = Pictures([new Conv2D { Filters = 32, KernelSize = [3, 3] }, new Conv2D { Filters = 64, KernelSize = [3, 3] }, new DepthwiseConv2D { KernelSize = [3, 3] }]);

        Assert.False(Inference.LayersAreFaster(model));
    }

    [Fact]
    public void AModelWithoutConvolutionsIsLeftToOnnxRuntime()
    {
        using var model = Pictures([new Flatten(), new Dense { Units = 10 }]);

        Assert.False(Inference.LayersAreFaster(model));
    }

    [Theory]
    [InlineData(8, 128)]
    [InlineData(64, 113)] // 24 × 24 × 64 values of four bytes
    [InlineData(1024, 32)]
    public void ABatchIsAsLargeAsStaysNear(int filters, int size)
    {
        using var model = Pictures([new Conv2D { Filters = 8, KernelSize = [3, 3] }, new Conv2D { Filters = filters, KernelSize = [3, 3] }]);

        Assert.Equal(size, Inference.GoodBatch(model.Graph));
    }

    /// <summary>A model of pictures of 28 × 28.</summary>
    private static Model Pictures(Layer[] layers)
    {
        var builder = new GraphBuilder();
        var tensor = builder.Input("x", new Spec(Shape.OfBatch(28, 28, 1)), SourceSpan.Nowhere);
        foreach (var (layer, name) in layers.Select((layer, i) => (layer, $"layer_{i}")))
        {
            tensor = new TensorRef(builder.Call(GraphBuilder.Add(layer, name, SourceSpan.Nowhere), name, [tensor], CallOptions.None, SourceSpan.Nowhere));
        }

        return new Model("m", builder.Build([new Port("y", tensor)]), new RandomKey(1));
    }
}
