using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Activations;

public class ActivationTests
{
    private static readonly float[] Points = [-7, -3, -1, -0.3f, 0, 0.1f, 0.7f, 1, 2.5f, 3, 6, 9];

    [Theory]
    [InlineData(0, null, 0)]
    [InlineData(0.2, null, 0)]
    [InlineData(0, 6.0, 0)]
    [InlineData(0, 2.0, 0.5)]
    [InlineData(0.1, null, 1)]
    [InlineData(0.3, 1.5, -0.5)]
    public void ReluIsItsThreeStraightLines(double slope, double? most, double threshold)
    {
        using var scope = NewDisposeScope();
        var relu = new Relu { NegativeSlope = slope, MaxValue = most, Threshold = threshold };

        var y = relu.Apply(tensor(Points)).data<float>().ToArray();

        var expected = Points.Select(x => x > threshold ? Math.Clamp(x, 0, most ?? 99) : slope * (x - threshold));
        Assert.All(y.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }

    [Fact]
    public void HardSigmoidHasTheSlopeOfOldKerasToo()
    {
        using var scope = NewDisposeScope();
        var old = Reading.Read<Activation>(JsonNodes.Parse("""{"hard_sigmoid": {"slope": 0.2}}"""));

        var y = old.Apply(tensor(Points)).data<float>().ToArray();

        Assert.All(y.Zip(Points), pair => Assert.Equal(Math.Clamp((0.2 * pair.Second) + 0.5, 0, 1), pair.First, 1e-6));
        Assert.Equal("hard_sigmoid", Assert.IsType<ScalarNode>(Form.Of(typeof(Activation)).Write(new HardSigmoid(), null, Dialect.Keras)).Text);
    }

    [Fact]
    public void AnAxisThatIsNotThereIsTold()
    {
        Assert.Throws<ShapeException>(() => new Softmax { Axis = 2 }.OutputShape(Shape.OfBatch(3)));
        Assert.Throws<ShapeException>(() => new Softmax { Axis = -3 }.OutputShape(Shape.OfBatch(3)));
        Assert.Throws<ShapeException>(() => new Glu().OutputShape(Shape.OfBatch(3)));
        Assert.Equal(Shape.OfBatch(4, 3), new Glu { Axis = 1 }.OutputShape(Shape.OfBatch(8, 3)));
        Assert.Equal(new Shape(null, null), new Glu().OutputShape(new Shape(null, null)));
    }

    [Fact]
    public void ActivationsWorkInHalfPrecisionToo()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Points).to_type(ScalarType.BFloat16);
        foreach (var type in Catalog.TypesOf(typeof(Activation)).Where(type => type != typeof(Threshold)))
        {
            var activation = (Activation)Activator.CreateInstance(type)!;

            var y = activation.Apply(x);

            Assert.Equal(ScalarType.BFloat16, y.dtype);
            Assert.True(allclose(activation.Apply(tensor(Points)), y.to_type(ScalarType.Float32), 0.03, 0.03), type.Name);
        }
    }
}
