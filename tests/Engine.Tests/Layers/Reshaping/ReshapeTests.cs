using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Reshaping;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Reshaping;

public class ReshapeTests
{
    [Theory]
    [InlineData(new[] { 2, 6 }, "[batch, 2, 6]")]
    [InlineData(new[] { -1, 2 }, "[batch, 6, 2]")]
    [InlineData(new[] { -1 }, "[batch, 12]")]
    [InlineData(new[] { 1, 3, 1, 4 }, "[batch, 1, 3, 1, 4]")]
    public void TheSizeOfAnExampleStays(int[] target, string expected)
    {
        using var scope = NewDisposeScope();
        var (layer, x) = (new Reshape { TargetShape = target }, arange(24, float32).reshape(2, 3, 4));

        using var module = layer.Build([new Spec(Shape.OfBatch(3, 4))], new BuildContext("", default));
        var y = module.Call([x], new Tensor?[1], new Call(training: false, default))[0];

        Assert.Equal(expected, layer.Infer([new Spec(Shape.OfBatch(3, 4))], CallOptions.None)[0].ToString());
        Assert.Equal(expected, Shape.OfBatch(y.shape.Skip(1).Select(length => (long?)length)).ToString());
        Assert.True(y.reshape(-1).Equals(x.reshape(-1)));
    }

    [Fact]
    public void AnAxisThatIsNotKnownLeavesTheOpenOneUnknown()
    {
        using var scope = NewDisposeScope();
        var layer = new Reshape { TargetShape = [-1, 2] };

        Assert.Equal("[batch, ?, 2]", layer.Infer([new Spec(Shape.OfBatch(null, 4))], CallOptions.None)[0].ToString());
        using var module = layer.Build([new Spec(Shape.OfBatch(null, 4))], new BuildContext("", default));
        Assert.Equal([2, 6, 2], module.Call([zeros(2, 3, 4)], new Tensor?[1], new Call(training: false, default))[0].shape);
    }

    [Fact]
    public void TheTypeStays()
    {
        Assert.Equal(DataType.UInt8, new Reshape { TargetShape = [4] }.Infer([new Spec(Shape.OfBatch(2, 2), DataType.UInt8)], CallOptions.None)[0].Type);
        Assert.Equal("[batch]", new Reshape { TargetShape = [] }.Infer([new Spec(Shape.OfBatch(1))], CallOptions.None)[0].ToString());
    }

    [Theory]
    [InlineData(new[] { 5 }, "cannot make [5] of 12 elements an example: its input is [batch, 3, 4]")]
    [InlineData(new[] { -1, 5 }, "cannot make [-1, 5] of 12 elements an example: its input is [batch, 3, 4]")]
    [InlineData(new[] { -1, -1 }, "has a target_shape of [-1, -1], where lengths are at least 1 and one may be -1")]
    [InlineData(new[] { 0 }, "has a target_shape of [0], where lengths are at least 1 and one may be -1")]
    [InlineData(new[] { -2 }, "has a target_shape of [-2], where lengths are at least 1 and one may be -1")]
    public void ATargetOfAnotherSizeIsRefused(int[] target, string problem) => Assert.Equal(
        problem, Assert.Throws<ShapeException>(() => new Reshape { TargetShape = target }.Infer([new Spec(Shape.OfBatch(3, 4))], CallOptions.None)).Message);
}
