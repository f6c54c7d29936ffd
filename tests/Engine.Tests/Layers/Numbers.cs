using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers;

/// <summary>Tensors of numbers that a test may compute with: random, but the same each time.</summary>
internal static class Numbers
{
    public static Tensor Normal(ulong seed, params long[] shape)
    {
        var numbers = new float[shape.Aggregate(1L, (product, length) => product * length)];
        new RandomKey(seed).FillNormal(numbers);
        return tensor(numbers, shape);
    }

    /// <summary>Gives every weight values that are neither zero nor one; those that are not learned may be variances, and are positive.</summary>
    public static void Fill(LayerModule module, ulong seed = 99, double scale = 0.5)
    {
        foreach (var weight in module.AllWeights)
        {
            var values = Normal(seed++, [.. weight.Shape]) * scale;
            weight.Assign(weight.Learned ? values : values.abs());
        }
    }

    public static Spec SpecOf(Tensor x) => new(new Shape(x.shape.Select((length, axis) => axis == 0 ? null : (long?)length)));

    /// <summary>Builds a layer for these inputs, and gives every weight values that are neither zero nor one.</summary>
    public static LayerModule Build(Layer layer, IReadOnlyList<Tensor> inputs, CallOptions? call = null)
    {
        var module = layer.Build([.. inputs.Select(SpecOf)], new BuildContext(layer.Name ?? "layer", new RandomKey(1)).For(call ?? CallOptions.None));
        Fill(module);
        return module;
    }

    public static IReadOnlyList<Tensor> Run(
        LayerModule module, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?>? masks = null, bool training = false, ulong key = 1, CallOptions? options = null) =>
        module.Call(inputs, masks ?? new Tensor?[inputs.Count], new Call(training, new RandomKey(key)) { Options = options ?? CallOptions.None });

    public static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.shape, actual.shape);
        var distance = (expected - actual).abs().max().item<float>();
        Assert.True(distance <= tolerance, FormattableString.Invariant($"off by {distance}"));
    }
}
