using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Losses;

/// <summary>The crossentropies know their own gradient: it is the one that libtorch finds by going backwards.</summary>
public class LossWithGradientTests
{
    [Fact]
    public void OfClassesByNumber()
    {
        NeedSame(new SparseCategoricalCrossentropy(), () => Classes(7), 7, 5);
        NeedSame(new SparseCategoricalCrossentropy(), () => Classes(7, 1), 7, 5);
        NeedSame(new SparseCategoricalCrossentropy(), () => Classes(4, 3).to_type(ScalarType.Int32), 4, 3, 5);
    }

    [Fact]
    public void OfSharesOfClasses()
    {
        NeedSame(new CategoricalCrossentropy(), () => nn.functional.one_hot(Classes(7), 5), 7, 5);
        NeedSame(new CategoricalCrossentropy { LabelSmoothing = 0.1 }, () => nn.functional.one_hot(Classes(7), 5).to_type(ScalarType.Float32), 7, 5);
        NeedSame(new CategoricalCrossentropy { Axis = 1 }, () => (arange(60, ScalarType.Float32) / 60).reshape(4, 5, 3), 4, 5, 3);
    }

    [Fact]
    public void WhatHasNoShortFormulaIsLeftToLibtorch()
    {
        using var scope = NewDisposeScope();
        var x = randn(7, 5).requires_grad_();
        var call = new Call(training: true, default);
        var (shares, logits) = (call.Activate(new Softmax(), x), x);

        Assert.Null(new SparseCategoricalCrossentropy { FromLogits = true }.ComputeWithGradient(zeros([7]), logits, call));
        Assert.Null(new SparseCategoricalCrossentropy { IgnoreClass = 0 }.ComputeWithGradient(zeros([7]), shares, call));
        Assert.Null(new SparseCategoricalCrossentropy { Reduction = Reduction.Sum }.ComputeWithGradient(zeros([7]), shares, call));
        Assert.Null(new MeanSquaredError().ComputeWithGradient(zeros([7, 5]), shares, call));
        Assert.NotNull(new SparseCategoricalCrossentropy().ComputeWithGradient(zeros([7]), shares, call));
    }

    private static Tensor Classes(params long[] shape) => (arange(shape.Aggregate((a, b) => a * b), ScalarType.Int64) * 3).remainder(5).reshape(shape);

    private static void NeedSame(Loss loss, Func<Tensor> targets, params long[] shape)
    {
        using var scope = NewDisposeScope();
        var axis = loss is CategoricalCrossentropy shares ? shares.Axis : -1;
        var numbers = arange(shape.Aggregate((a, b) => a * b), ScalarType.Float32);
        var x = ((numbers * 1.7).sin() * (numbers.remainder(4).eq(0).to_type(ScalarType.Float32) * 60 + 1)).reshape(shape).requires_grad_(); // some beyond what Keras clips
        var target = targets();
        var call = new Call(training: true, default);
        var y = call.Activate(new Softmax { Axis = axis }, x);
        var plain = loss.Compute(target, y, call: call);
        var expected = autograd.grad([plain], [x])[0];

        var (value, before, gradient) = loss.ComputeWithGradient(target, y, call)!.Value;

        Assert.Same(x, before);
        Assert.Equal(plain.item<float>(), value.item<float>(), 1e-6f);
        Assert.True(expected.allclose(gradient, rtol: 1e-5, atol: 1e-7), $"{(expected - gradient).abs().max().item<float>()}");
        Assert.True(x.log_softmax(axis).min().item<float>() < -17, "nothing was clipped");
    }
}
