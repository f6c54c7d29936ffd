using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Tensors;
using static ExperimentRunner.Engine.Tests.Layers.Numbers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Recurrent;

public class ConvLSTMTests
{
    public static TheoryData<int, bool, bool> Walks => new()
    {
        { 1, false, false },
        { 1, true, true },
        { 2, false, true },
        { 2, true, false },
        { 3, true, true },
    };

    [Theory, MemberData(nameof(Walks))]
    public void WithAWindowOfOneItIsAnLstmAtEveryPlace(int rank, bool masked, bool backwards)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        long[] places = [3, 2, 2];
        places = places[..rank];
        var x = Normal(1, [2, 4, .. places, 3]); // [batch, time, …, channels]
        var mask = masked ? tensor(new[,] { { true, false, true, true }, { true, true, true, false } }) : null;
        using var convolution = Build(Make(rank) with { ReturnSequences = true, ReturnState = true, GoBackwards = backwards }, [x]);
        var count = places.Aggregate(1L, (product, length) => product * length);
        var folded = x.flatten(2, -2).transpose(1, 2).flatten(0, 1); // [batch · places, time, channels]
        using var lstm = Build(new LSTM { Units = 5, ReturnSequences = true, ReturnState = true, GoBackwards = backwards }, [folded]);
        foreach (var (one, other) in convolution.AllWeights.Zip(lstm.AllWeights))
        {
            one.Assign(other.Value.view([.. one.Shape]));
        }

        var outputs = Run(convolution, [x], [mask]);

        var expected = Run(lstm, [folded], [mask?.repeat_interleave(count, 0)]);
        AssertClose(expected[0], outputs[0].flatten(2, -2).transpose(1, 2).flatten(0, 1));
        AssertClose(expected[1], outputs[1].flatten(0, -2));
        AssertClose(expected[2], outputs[2].flatten(0, -2));
    }

    [Fact]
    public void ChannelsMayStandFirst()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, 2, 3, 5, 6, 2); // [batch, time, height, width, channels]
        var last = new ConvLSTM2D { Filters = 4, KernelSize = [3, 2], Strides = [2, 1], RecurrentDropout = 0.3, Dropout = 0.2, ReturnSequences = true, ReturnState = true };
        using var one = Build(last, [x]);
        using var other = Build(last with { DataFormat = Channels.First }, [x.movedim([-1], [2])]);

        var (expected, outputs) = (Run(one, [x]), Run(other, [x.movedim([-1], [2])]));

        AssertClose(expected[0], outputs[0].movedim([2], [-1]));
        AssertClose(expected[1], outputs[1].movedim([1], [-1]));
        Assert.Equal([2, 3, 2, 5, 4], expected[0].shape);
    }

    [Fact]
    public void DropoutHasAMaskForEachGateAndIsTheSameAtEveryStep()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = ones([2, 3, 4, 4, 2]);
        var layer = new ConvLSTM2D { Filters = 3, KernelSize = [2, 2], Padding = Padding.Same, ReturnSequences = true };
        using var plain = Build(layer, [x]);
        using var input = Build(layer with { Dropout = 0.5 }, [x]);
        using var state = Build(layer with { RecurrentDropout = 0.5 }, [x]);

        AssertClose(Run(plain, [x])[0], Run(input, [x])[0]);
        var dropped = Run(input, [x], training: true)[0];
        Assert.False(allclose(Run(plain, [x])[0], dropped));
        Assert.True(dropped.Equals(Run(input, [x], training: true)[0]));
        var kept = Run(state, [x], training: true)[0];
        AssertClose(Run(plain, [x])[0].select(1, 0), kept.select(1, 0));
        Assert.False(allclose(Run(plain, [x])[0].select(1, 1), kept.select(1, 1)));
    }

    [Fact]
    public void GradientsReachEveryWeight()
    {
        using var scope = NewDisposeScope();
        var x = Normal(1, 2, 3, 6, 2).requires_grad_(true);
        using var module = Build(new ConvLSTM1D { Filters = 3, KernelSize = [3], DilationRate = [2], Activation = new Softsign() }, [x]);

        Run(module, [x], training: true)[0].square().sum().backward();

        Assert.All(module.AllWeights.Select(weight => weight.Value.grad).Append(x.grad), grad => Assert.True(grad!.abs().sum().item<float>() > 0));
    }

    [Fact]
    public void StateIsKeptFromBatchToBatch()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, 2, 4, 5, 2);
        var layer = new ConvLSTM1D { Filters = 3, KernelSize = [2] };
        using var whole = Build(layer, [x]);
        using var kept = (layer with { Stateful = true }).Build([new Spec(new Shape(2, null, 5, 2))], new BuildContext("layer", new RandomKey(1)));
        Fill(kept);

        Run(kept, [x.narrow(1, 0, 3)]);

        AssertClose(Run(whole, [x])[0], Run(kept, [x.narrow(1, 3, 1)])[0]);
    }

    [Fact]
    public void ShapesAreKnownAndMisfitsRefused()
    {
        var layer = new ConvLSTM2D { Filters = 4, KernelSize = [3, 3], ReturnSequences = true, ReturnState = true };

        Assert.Equal(
            ["[batch, ?, 5, ?, 4]", "[batch, 5, ?, 4]", "[batch, 5, ?, 4]"],
            layer.Infer([new Spec(Shape.OfBatch(null, 7, null, 3))], CallOptions.None).Select(output => output.ToString()));
        Assert.Equal("expected 5 axes, but its input is [batch, 7, 7, 3]", Misfit(layer, new Shape(null, 7, 7, 3)));
        Assert.Equal("dilation_rate", Assert.Single((layer with { Strides = [2, 2], DilationRate = [2, 2] }).FindMistakes()).Option);
        Assert.Equal(
            "needs to know every axis of its input to keep states (stateful: true), but its input is [2, ?, 7, ?, 3]",
            Misfit(layer with { Stateful = true }, new Shape(2, null, 7, null, 3)));
    }

    private static ConvLSTM Make(int rank) => rank switch
    {
        1 => new ConvLSTM1D { Filters = 5, KernelSize = [1] },
        2 => new ConvLSTM2D { Filters = 5, KernelSize = [1, 1] },
        _ => new ConvLSTM3D { Filters = 5, KernelSize = [1, 1, 1] },
    };

    private static string Misfit(Layer layer, Shape shape) =>
        Assert.Throws<ShapeException>(() => layer.Infer([new Spec(shape)], CallOptions.None)).Message;
}
