using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Layers.Pooling;
using ExperimentRunner.Engine.Models;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Pooling;

/// <summary>A convolution leaves bias and activation to the max pooling after it, unless somebody looks at what it computes.</summary>
public class PoolingAfterConvolutionTests
{
    [Fact]
    public void TheOrderChangesNothing()
    {
        var relu = new Relu();
        NeedSame(new Conv2D { Filters = 5, KernelSize = [3, 3], Activation = relu }, new MaxPooling2D(), 9, 8, 3);
        NeedSame(new Conv2D { Filters = 5, KernelSize = [3, 3] }, new MaxPooling2D { PoolSize = [3, 3], Strides = [2, 2], Padding = Engine.Layers.Padding.Same }, 9, 8, 3);
        NeedSame(new Conv2D { Filters = 4, KernelSize = [2, 2], Activation = relu, DataFormat = Channels.First }, new MaxPooling2D { DataFormat = Channels.First }, 3, 8, 7);
        NeedSame(new Conv1D { Filters = 4, KernelSize = [3], Activation = relu, UseBias = false }, new MaxPooling1D(), 11, 3);
        NeedSame(new Conv3D { Filters = 2, KernelSize = [2, 2, 2], Activation = relu }, new MaxPooling3D(), 5, 5, 5, 2);
        NeedSame(new DepthwiseConv2D { KernelSize = [3, 3], Activation = relu }, new MaxPooling2D(), 8, 8, 3);
        NeedSame(new Conv2D { Filters = 5, KernelSize = [3, 3], Activation = new Tanh() }, new MaxPooling2D(), 9, 8, 3);
    }

    [Fact]
    public void WhatOthersTakeTooIsWhole()
    {
        using var scope = NewDisposeScope();
        using var model = Make(new Conv2D { Filters = 5, KernelSize = [3, 3], Activation = new Relu() }, new MaxPooling2D(), [9, 8, 3], alsoOut: true);

        var outputs = model.Call([rand(2, 9, 8, 3) - 0.5], new Call(training: true, default));

        Assert.True(outputs[1].min().item<float>() >= 0);
        Assert.True(nn.functional.max_pool2d(outputs[1].permute(0, 3, 1, 2), [2, 2]).permute(0, 2, 3, 1).allclose(outputs[0]));
    }

    private static void NeedSame(Layer convolution, Layer pooling, params long[] shape)
    {
        using var scope = NewDisposeScope();
        using var model = Make(convolution, pooling, shape, alsoOut: false);
        var x = rand([2, .. shape]) - 0.5;
        foreach (var weight in model.Weights)
        {
            weight.Assign(rand([.. weight.Shape]) - 0.5); // the bias too
        }

        var (plain, fused) = (Run(seen: (_, _) => { }), Run(seen: null));

        Assert.Equal(plain.Count, fused.Count);
        Assert.All(plain.Zip(fused), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-5, atol: 1e-6)));

        List<Tensor> Run(Action<string, IReadOnlyList<Tensor>>? seen)
        {
            var call = new Call(training: true, default) { Seen = seen };
            var y = model.Call([x], call)[0];
            var slope = arange(y.numel(), ScalarType.Float32).reshape(y.shape) / y.numel();
            return [y, .. autograd.grad([(y * slope).sum()], [.. model.Weights.Select(weight => weight.Value)])];
        }
    }

    private static Model Make(Layer convolution, Layer pooling, long[] shape, bool alsoOut)
    {
        var builder = new GraphBuilder();
        Assert.True(builder.TryTake("x"));
        var input = builder.Input("x", new Spec(Shape.OfBatch(shape.Select(length => (long?)length))), SourceSpan.Nowhere);
        var filtered = new TensorRef(builder.Call(GraphBuilder.Add(convolution, "conv", SourceSpan.Nowhere), "conv", [input], CallOptions.None, SourceSpan.Nowhere));
        var pooled = new TensorRef(builder.Call(GraphBuilder.Add(pooling, "pool", SourceSpan.Nowhere), "pool", [filtered], CallOptions.None, SourceSpan.Nowhere));
        return new Model("m", builder.Build(alsoOut ? [new Port("pooled", pooled), new Port("filtered", filtered)] : [new Port("pooled", pooled)]), new RandomKey(3));
    }
}
