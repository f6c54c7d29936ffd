using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Activations;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Activations;

public class ActivationLayerTests
{
    /// <summary>Layers that are a function of each number.</summary>
    public static TheoryData<Layer, Func<double, double>> Functions => new()
    {
        { new ReLU(), x => Math.Max(x, 0) },
        { new ReLU { MaxValue = 1, NegativeSlope = 0.1, Threshold = 0.2 }, x => x >= 1 ? 1 : x >= 0.2 ? x : 0.1 * (x - 0.2) },
        { new LeakyReLU(), x => x > 0 ? x : 0.3 * x },
        { new ELU { Alpha = 0.5 }, x => x > 0 ? x : 0.5 * (Math.Exp(x) - 1) },
        { new ThresholdedReLU { Theta = 0.7 }, x => x > 0.7 ? x : 0 },
    };

    [Theory, MemberData(nameof(Functions))]
    public void AFunctionOfEachNumber(Layer layer, Func<double, double> function)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 10, 20).requires_grad_(true);
        using var module = Numbers.Build(layer, [x]);

        var y = Numbers.Run(module, [x])[0];
        y.square().sum().backward();

        var (values, expected) = (Grid.Of(x), new Grid(10, 20));
        for (var i = 0; i < values.Values.Length; i++)
        {
            expected.Values[i] = function(values.Values[i]);
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
        Assert.True(x.grad!.isfinite().all().item<bool>());
    }

    /// <summary>Activations of Keras 1 that learn their form: a function of each number and of the weights of its column.</summary>
    public static TheoryData<Layer, Func<double, double[], double>> Learned => new()
    {
        { new ParametricSoftplus(), (x, w) => w[0] * Math.Log(1 + Math.Exp(w[1] * x)) },
        {
            new SReLU(),
            (x, w) => x < w[0] ? w[0] + (w[1] * (x - w[0])) : x <= w[0] + Math.Abs(w[2]) ? x : w[0] + Math.Abs(w[2]) + (w[3] * (x - w[0] - Math.Abs(w[2])))
        },
    };

    [Theory, MemberData(nameof(Learned))]
    public void AFunctionOfEachNumberThatIsLearned(Layer layer, Func<double, double[], double> function)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 10, 20);
        using var module = Numbers.Build(layer, [x]);
        var weights = module.Weights.Select(weight => Grid.Of(weight.Value)).ToArray();

        var y = Numbers.Run(module, [x])[0];

        var (values, expected) = (Grid.Of(x), new Grid(10, 20));
        foreach (var index in values.Indices)
        {
            expected[index] = function(values[index], Array.ConvertAll(weights, weight => weight[index[1]]));
        }

        LayerRun.AssertSame(expected, Grid.Of(y));
    }

    [Fact]
    public void PReluLearnsASlopeWhereAxesAreNotShared()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 2, 3, 4, 5).requires_grad_(true);
        using var module = Numbers.Build(new PReLU { SharedAxes = [1, 3] }, [x]);
        var alpha = Assert.Single(module.Weights);

        var y = Numbers.Run(module, [x])[0];
        y.sum().backward();

        Assert.Equal([1, 4, 1], alpha.Shape);
        Numbers.AssertClose(where(x > 0, x, x * alpha.Value), y);
        Numbers.AssertClose(where(x > 0, ones_like(x), alpha.Value.expand_as(x)), x.grad!);
        Numbers.AssertClose(x.clamp(null, 0).sum([0, 1, 3]).view(1, 4, 1), alpha.Value.grad!, 1e-4);
    }

    [Fact]
    public void PReluNeedsToKnowTheAxesItDoesNotShare()
    {
        Assert.Equal("needs to know the length of axis 1, which is unknown in its input [batch, ?, 3]", LayerRun.Misfit(new PReLU(), null, 3));
        Assert.Equal(Shape.OfBatch(null, 3), LayerRun.Infer(new PReLU { SharedAxes = [1] }, null, 3));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(1, 2)]
    [InlineData(-1, 1)]
    public void SoftmaxAddsUpToOneOverItsAxes(params int[] axis)
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 2, 3, 4, 5);
        using var module = Numbers.Build(new Softmax { Axis = axis }, [x]);
        long[] axes = [.. axis.Select(one => (long)one)];

        var y = Numbers.Run(module, [x])[0];

        Numbers.AssertClose(x.exp() / x.exp().sum(axes, keepdim: true), y);
    }

    [Fact]
    public void SoftmaxGivesNothingToWhatDoesNotCount()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 2, 4).requires_grad_(true);
        using var module = Numbers.Build(new Softmax(), [x]);
        var mask = tensor(new[] { true, false, true, true, false, false, true, true }, [2, 4]);

        var y = Numbers.Run(module, [x], [mask])[0];
        y.square().sum().backward();

        var counting = x.exp() * mask;
        Numbers.AssertClose(counting / counting.sum([-1], keepdim: true), y);
        Assert.True(x.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void ALossFindsWhatWentIntoASoftmax()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 2, 4);
        using var module = Numbers.Build(new Softmax(), [x]);
        var call = new Call(training: true, new RandomKey(1));

        var y = module.Call([x], [null], call)[0];

        Assert.True(call.TryGetBefore(y, out var before, out var activation));
        Assert.Same(x, before);
        Assert.IsType<ExperimentRunner.Engine.Activations.Softmax>(activation);
    }

    [Fact]
    public void SoftmaxNeedsItsAxes()
    {
        Assert.Equal("has no axis 3 in its input [batch, 4]", LayerRun.Misfit(new Softmax { Axis = [3] }, 4));
        Assert.Equal("has an axis twice in 1, -1, for its input [batch, 4]", LayerRun.Misfit(new Softmax { Axis = [1, -1] }, 4));
    }

    [Fact]
    public void IdentityPassesItsInputOn()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1, 2, 3 });
        using var module = Numbers.Build(new Identity(), [x]);

        Assert.Same(x, Numbers.Run(module, [x], training: true)[0]);
    }
}
