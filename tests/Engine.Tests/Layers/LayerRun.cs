using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;

namespace ExperimentRunner.Engine.Tests.Layers;

/// <summary>One call of a layer over space, forwards and backwards: its input and output with the channels last, whatever its format.</summary>
internal sealed class LayerRun
{
    private LayerRun(Grid output, Grid inputGradient, IReadOnlyList<Grid> weightGradients)
    {
        Output = output;
        InputGradient = inputGradient;
        WeightGradients = weightGradients;
    }

    public Grid Output { get; }

    public Grid InputGradient { get; }

    public IReadOnlyList<Grid> WeightGradients { get; }

    /// <summary>The shape that a layer infers from an input whose batch is unknown.</summary>
    public static Shape Infer(Layer layer, params long?[] axes) => layer.Infer([new Spec(Shape.OfBatch(axes))], CallOptions.None)[0].Shape;

    /// <summary>What a layer says of an input that does not fit.</summary>
    public static string Misfit(Layer layer, params long?[] axes) => Assert.Throws<ShapeException>(() => Infer(layer, axes)).Message;

    /// <summary>Calls a layer, and checks on the way that it computes what it infers, builds dry what it builds, and keeps memory in order.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The input, channels last.</param>
    /// <param name="weights">The weights, in their order.</param>
    /// <param name="outputGradient">The loss's gradient with respect to the output, channels last.</param>
    public static LayerRun Of(Layer layer, Grid input, IReadOnlyList<Grid> weights, Func<long[], Grid> outputGradient)
    {
        using var _ = torch.NewDisposeScope();
        var first = layer is SpatialLayer { DataFormat: Channels.First };
        var x = (first ? input.ToTensor().movedim([-1], [1]).contiguous() : input.ToTensor()).requires_grad_(true);
        var spec = new Spec(Shape.OfBatch(x.shape.Skip(1).Select(length => (long?)length)));
        using var dry = layer.Build([spec], new BuildContext("layer", new RandomKey(1), dry: true));
        using var module = layer.Build([spec], new BuildContext("layer", new RandomKey(1)));
        Assert.Equal(dry.Weights.Select(weight => (weight.Path, weight.Shape)), module.Weights.Select(weight => (weight.Path, weight.Shape)));
        Assert.Equal(weights.Count, module.Weights.Count);
        foreach (var (weight, values) in module.Weights.Zip(weights))
        {
            Assert.Equal(values.Shape, weight.Shape);
            weight.Assign(values.ToTensor());
        }

        var y = module.Call([x], [null], new Call(training: true, new RandomKey(1)))[0];
        Assert.Equal(Infer(layer, [.. x.shape.Skip(1)]).Skip(1), y.shape.Skip(1).Select(length => (long?)length));
        Assert.True(y.is_contiguous());
        var output = Grid.Of(first ? y.movedim([1], [-1]) : y);
        var gradient = outputGradient(output.Shape).ToTensor();
        y.backward([first ? gradient.movedim([-1], [1]) : gradient]);
        return new LayerRun(
            output,
            Grid.Of(first ? x.grad!.movedim([1], [-1]) : x.grad!),
            [.. module.Weights.Select(weight => Grid.Of(weight.Value.grad!))]);
    }

    /// <summary>Compares two grids, each number by the size of the largest.</summary>
    public static void AssertSame(Grid expected, Grid actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var scale = 1 + expected.Values.Max(Math.Abs);
        var off = expected.Values.Zip(actual.Values).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(off <= 1e-5 * scale, FormattableString.Invariant($"off by {off}"));
    }
}
