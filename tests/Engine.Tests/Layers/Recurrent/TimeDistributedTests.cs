using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Layers.Core;
using ExperimentRunner.Engine.Layers.Normalization;
using ExperimentRunner.Engine.Layers.Recurrent;
using ExperimentRunner.Engine.Layers.Regularization;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Tensors;
using static ExperimentRunner.Engine.Tests.Layers.Numbers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Recurrent;

public class TimeDistributedTests
{
    public static TheoryData<string> Inner => new("dense", "convolution", "lstm", "normalization");

    [Theory, MemberData(nameof(Inner))]
    public void EveryStepGoesThroughTheLayer(string kind)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (inner, x) = Make(kind);
        var layer = new TimeDistributed { Layer = inner };
        using var module = Build(layer, [x]);
        using var alone = Build(inner, [x.select(1, 0)]);

        var y = Assert.Single(Run(module, [x]));

        AssertClose(stack([.. Enumerable.Range(0, (int)x.shape[1]).Select(t => Run(alone, [x.select(1, t)])[0])], 1), y);
        Assert.Equal(layer.Infer([SpecOf(x)], CallOptions.None)[0].Shape.Skip(1), y.shape.Skip(1).Select(length => (long?)length));
    }

    [Fact]
    public void ALayerThatLooksAtItsBatchSeesOneStepAtATimeInTraining()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (inner, x) = Make("normalization");
        using var module = Build(new TimeDistributed { Layer = inner }, [x]);
        using var alone = Build(inner, [x.select(1, 0)]);

        var y = Run(module, [x], training: true)[0];

        AssertClose(stack([.. Enumerable.Range(0, (int)x.shape[1]).Select(t => Run(alone, [x.select(1, t)], training: true)[0])], 1), y);
        Assert.All(module.AllWeights.Zip(alone.AllWeights), pair => AssertClose(pair.Second.Value, pair.First.Value));
    }

    [Fact]
    public void DropoutDiffersFromStepToStep()
    {
        using var scope = NewDisposeScope();
        var x = ones(8, 3, 10);
        using var module = Build(new TimeDistributed { Layer = new Dropout { Rate = 0.5 } }, [x]);

        var y = Run(module, [x], training: true)[0];

        Assert.False(y.select(1, 0).Equals(y.select(1, 1)));
        Assert.True(Run(module, [x])[0].Equals(x));
    }

    [Fact]
    public void TheMaskOfTheStepsGoesOn()
    {
        using var scope = NewDisposeScope();
        var x = Normal(1, 2, 3, 4);
        var mask = tensor(new[,] { { true, true, false }, { true, false, false } });
        using var module = Build(new TimeDistributed { Layer = new Dense { Units = 2 } }, [x]);

        Assert.Equal(mask, Assert.Single(module.OutputMasks([x], [mask], 1)));
        AssertClose(Run(module, [x])[0], Run(module, [x], [mask])[0]);
    }

    [Fact]
    public void AMaskWithinTheStepsGoesToTheLayer()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = Normal(1, 2, 3, 4, 5);
        var mask = Normal(2, 2, 3, 4).gt(0);
        using var module = Build(new TimeDistributed { Layer = new LSTM { Units = 2 } }, [x]);
        using var alone = Build(new LSTM { Units = 2 }, [x.select(1, 0)]);

        var y = Run(module, [x], [mask])[0];

        AssertClose(stack([.. Enumerable.Range(0, 3).Select(t => Run(alone, [x.select(1, t)], [mask.select(1, t)])[0])], 1), y);
    }

    [Fact]
    public void APenaltyOnTheOutputCountsForNothing()
    {
        using var scope = NewDisposeScope();
        var x = Normal(1, 2, 3, 4);
        using var module = Build(new TimeDistributed { Layer = new Dense { Units = 2, ActivityRegularizer = new L2 { Factor = 0.1 } } }, [x]);
        var call = new Call(training: true, new RandomKey(1));

        module.Call([x], [null], call);

        Assert.Empty(call.Losses);
    }

    [Fact]
    public void NamesAreKerass()
    {
        var module = new TimeDistributed { Layer = new Dense { Units = 2 } }
            .Build([new Spec(Shape.OfBatch(null, 3))], new BuildContext("steps", new RandomKey(1), dry: true));

        Assert.Equal(["steps/dense/kernel", "steps/dense/bias"], module.AllWeights.Select(weight => weight.Path));
        Assert.Equal("layer", Assert.Single(module.Children).Key);
    }

    [Fact]
    public void AnInputWithoutTimeIsRefused()
    {
        var layer = new TimeDistributed { Layer = new Dense { Units = 2 } };

        var error = Assert.Throws<ShapeException>(() => layer.Infer([new Spec(Shape.OfBatch(3))], CallOptions.None));

        Assert.Equal("expected at least 3 axes, but its input is [batch, 3]", error.Message);
    }

    [Fact]
    public void TheLayerIsReadInBothDialects()
    {
        var ours = Reading.Read<Layer>(JsonNodes.Parse("""{"TimeDistributed": {"layer": {"Dense": {"units": 3}}}}"""));
        var keras = Reading.Read<Layer>(
            JsonNodes.Parse("""{"class_name": "TimeDistributed", "config": {"layer": {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3}, "registered_name": null}}}"""),
            Dialect.Keras);

        Assert.Equal(new TimeDistributed { Layer = new Dense { Units = 3 } }, ours);
        Assert.Equal(ours, keras);
    }

    private static (Layer Layer, Tensor X) Make(string kind) => kind switch
    {
        "dense" => (new Dense { Units = 2 }, Normal(1, 3, 4, 5)),
        "convolution" => (new Conv2D { Filters = 2, KernelSize = [2, 2] }, Normal(1, 3, 4, 5, 6, 2)),
        "lstm" => (new LSTM { Units = 2 }, Normal(1, 3, 4, 5, 6)),
        _ => (new BatchNormalization(), Normal(1, 3, 4, 5).abs()),
    };
}
