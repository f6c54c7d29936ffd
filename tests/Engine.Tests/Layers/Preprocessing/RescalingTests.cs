using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Preprocessing;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Preprocessing;

public class RescalingTests
{
    [Theory]
    [InlineData("""{"scale": 0.5}""", new[] { 0.5f, 1, 1.5f, 2 })]
    [InlineData("""{"scale": 2, "offset": -1}""", new[] { 1f, 3, 5, 7 })]
    [InlineData("""{"scale": [1, 10], "offset": [0, 5]}""", new[] { 1f, 25, 3, 45 })]
    public void MultipliesAndShiftsWhateverTheTypeOfTheInput(string options, float[] expected)
    {
        using var scope = NewDisposeScope();
        var layer = Read(options);
        foreach (var type in new[] { ScalarType.Byte, ScalarType.Int64, ScalarType.Float32, ScalarType.Float64 })
        {
            var x = tensor(new[] { 1f, 2, 3, 4 }, [2, 2]).to_type(type);
            using var module = layer.Build([new Spec(new Shape(2, 2), DataTypes.FromTorch(type))], new BuildContext("", default));

            var y = module.Call([x], new Tensor?[1], new Call(training: false, default))[0];

            Assert.Equal(ScalarType.Float32, y.dtype);
            Assert.Equal(expected, y.reshape(-1).data<float>().ToArray());
            Assert.Equal(4, x.max().to_type(ScalarType.Float32).item<float>()); // the input is left alone
        }
    }

    [Fact]
    public void ItComputesInTheTypeOfTheCall()
    {
        using var scope = NewDisposeScope();
        using var module = Read("""{"scale": [1, 2]}""").Build([new Spec(new Shape(1, 2))], new BuildContext("", default));

        Assert.Equal(ScalarType.BFloat16, module.Call([ones(1, 2)], new Tensor?[1], new Call(training: true, default) { Compute = ScalarType.BFloat16 })[0].dtype);
    }

    [Fact]
    public void AsManyNumbersAsChannelsAreNeeded() => Assert.Equal(
        "has 2 numbers, but its input has 3 channels: [batch, 3]",
        Assert.Throws<ShapeException>(() => Read("""{"scale": [1, 2]}""").Infer([new Spec(Shape.OfBatch(3))], CallOptions.None)).Message);

    private static Layer Read(string options) => Reading.Read<Layer>(JsonNodes.Parse($$"""{"Rescaling": {{options}} }"""));
}
