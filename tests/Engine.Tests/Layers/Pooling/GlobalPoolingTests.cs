using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Layers.Pooling;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Pooling;

public class GlobalPoolingTests
{
    private static readonly float[] Steps = [1, 2, 3, 4, 10, 6]; // [1, 3, 2]: channels 1 3 10 and 2 4 6

    [Fact]
    public void AChannelBecomesOneValue()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Steps, [1, 3, 2]);

        Assert.Equal([14 / 3f, 4], Output(new GlobalAveragePooling1D(), x));
        Assert.Equal([10, 6], Output(new GlobalMaxPooling1D(), x));
        Assert.Equal([14 / 3f, 4], Output(new GlobalAveragePooling2D(), x.unsqueeze(1)));
        Assert.Equal([10, 6], Output(new GlobalMaxPooling2D(), x.unsqueeze(1)));
        Assert.Equal([14 / 3f, 4], Output(new GlobalAveragePooling3D(), x.reshape(1, 1, 3, 1, 2)));
        Assert.Equal([2, 4, 10], Output(new GlobalMaxPooling3D { DataFormat = Channels.First }, x.reshape(1, 3, 1, 1, 2)));
        Assert.Equal([1.5f, 3.5f, 8], Output(new GlobalAveragePooling1D { DataFormat = Channels.First }, x));
    }

    [Fact]
    public void AxesStayWhereAsked()
    {
        Assert.Equal([null, 3], LayerRun.Infer(new GlobalMaxPooling2D(), null, null, 3));
        Assert.Equal([null, 1, 1, 3], LayerRun.Infer(new GlobalMaxPooling2D { KeepDims = true }, null, null, 3));
        Assert.Equal([null, 3, 1], LayerRun.Infer(new GlobalAveragePooling1D { KeepDims = true, DataFormat = Channels.First }, 3, null));
        Assert.Equal([null, 3], LayerRun.Infer(new GlobalAveragePooling3D { DataFormat = Channels.First }, 3, null, 4, 5));

        var random = new Random(1);
        var run = LayerRun.Of(new GlobalAveragePooling2D { KeepDims = true, DataFormat = Channels.First }, Grid.Random(random, 2, 3, 4, 5), [], shape => Grid.Random(random, shape));
        Assert.Equal([2, 1, 1, 5], run.Output.Shape);
    }

    [Fact]
    public void EqualGreatestValuesShareTheGradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor([5f, 1, 5], [1, 3, 1]).requires_grad_(true);
        using var module = new GlobalMaxPooling1D().Build([new Spec(Shape.OfBatch(3, 1))], new BuildContext("layer", new RandomKey(1)));

        module.Call([x], [null], new Call(training: true, new RandomKey(1)))[0].sum().backward();

        Assert.Equal([0.5f, 0, 0.5f], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void AMeanIsOverTheStepsThatCount()
    {
        using var scope = NewDisposeScope();
        var x = tensor(Steps, [1, 3, 2]);
        var mask = tensor([true, false, true], [1, 3]);

        Assert.Equal([5.5f, 4], Output(new GlobalAveragePooling1D(), x, mask));
        Assert.Equal([5.5f, 4], Output(new GlobalAveragePooling1D { DataFormat = Channels.First }, x.transpose(1, 2), mask));
        Assert.Equal([float.NaN, float.NaN], Output(new GlobalAveragePooling1D(), x, mask.logical_and(false)));
        Assert.Equal([5.5f, 4], Output(new GlobalAveragePooling1D(), tensor([1, 2, float.NaN, float.NaN, 10, 6], [1, 3, 2]), mask));
    }

    private static float[] Output(Layer layer, Tensor x, Tensor? mask = null)
    {
        using var module = layer.Build([new Spec(new Shape(x.shape.Select(length => (long?)length)))], new BuildContext("layer", new RandomKey(1)));
        return [.. module.Call([x], [mask], new Call(training: false, new RandomKey(1)))[0].data<float>()];
    }
}
