using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Pooling;
using ExperimentRunner.Engine.Layers.Reshaping;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

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

    [Fact]
    public void AConvolutionThatPoolsPredictsWhatItComputesInTraining()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Pictures([new Conv2D { Filters = 32, KernelSize = [3, 3], Activation = new Relu() }, new Conv2D { Filters = 64, KernelSize = [3, 3], Activation = new Relu() }, new MaxPooling2D()]);
        model.Weights[^1].Value.detach().copy_(torch.rand(64) - 0.5); // a bias that counts
        var x = torch.rand(32, 28, 28, 1);
        Tensor predicted;
        var learned = model.Call([x], new Call(false, default))[0];
        using (torch.no_grad())
        {
            predicted = model.Call([x], new Call(false, default))[0];
        }

        Assert.True(learned.requires_grad); // so that it did not pool in the tiles
        Assert.Equal([32, 12, 12, 64], predicted.shape);
        Assert.True(learned.allclose(predicted, 1e-6, 1e-6));
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
