using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Reshaping;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Reshaping;

public class AxesTests
{
    [Fact]
    public void FlattenLaysAxesEndToEnd()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 2, 3, 4, 5);
        using var last = Numbers.Build(new Flatten(), [x]);
        using var first = Numbers.Build(new Flatten { DataFormat = Channels.First }, [x]);

        Numbers.AssertClose(x.view(2, 60), Numbers.Run(last, [x])[0], 0);
        Numbers.AssertClose(x.permute(0, 2, 3, 1).reshape(2, 60), Numbers.Run(first, [x])[0], 0);
    }

    [Fact]
    public void FlattenInfersWhatItCan()
    {
        Assert.Equal(Shape.OfBatch(12), LayerRun.Infer(new Flatten(), 3, 4));
        Assert.Equal(Shape.OfBatch((long?)null), LayerRun.Infer(new Flatten(), null, 4));
        Assert.Equal(Shape.OfBatch(1), LayerRun.Infer(new Flatten()));
    }

    [Fact]
    public void FlattenGivesANumberAnAxis()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 5);
        using var module = Numbers.Build(new Flatten(), [x]);

        Assert.Equal([5, 1], Numbers.Run(module, [x])[0].shape);
    }

    [Fact]
    public void PermuteOrdersTheAxesAfterTheBatch()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 2, 3, 4, 5);
        var layer = new Permute { Dims = [3, 1, 2] };
        using var module = Numbers.Build(layer, [x]);

        Numbers.AssertClose(x.permute(0, 3, 1, 2), Numbers.Run(module, [x])[0], 0);
        Assert.Equal(Shape.OfBatch(5, 3, 4), LayerRun.Infer(layer, 3, 4, 5));
        Assert.Equal("expected 4 axes, but its input is [batch, 3]", LayerRun.Misfit(layer, 3));
    }

    [Theory]
    [InlineData("[0, 1]")]
    [InlineData("[1, 1]")]
    [InlineData("[1, 3]")]
    public void PermuteRefusesWhatIsNoOrder(string dims)
    {
        var mistake = Assert.Throws<ConfigException>(() => Reading.Read<Layer>(JsonNodes.Parse($$$"""{"class_name": "Permute", "config": {"dims": {{{dims}}}}}"""), Dialect.Keras));

        Assert.Contains($"{dims} is no order of axes. Expected every axis from 1 on, each just once.", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RepeatVectorMakesASequence()
    {
        using var scope = NewDisposeScope();
        var x = Numbers.Normal(1, 2, 3).requires_grad_(true);
        using var module = Numbers.Build(new RepeatVector { N = 4 }, [x]);

        var y = Numbers.Run(module, [x])[0];
        y.sum().backward();

        Numbers.AssertClose(stack([x, x, x, x], 1), y, 0);
        Numbers.AssertClose(full_like(x, 4), x.grad!);
    }
}
