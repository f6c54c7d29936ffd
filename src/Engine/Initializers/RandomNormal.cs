using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Normal.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.RandomNormal</c>.</remarks>
[KerasName("RandomNormal", "random_normal", "normal")]
public sealed record RandomNormal : RandomInitializer
{
    /// <summary>The mean.</summary>
    public double Mean { get; init; }

    /// <summary>The standard deviation.</summary>
    [AtLeast(0)]
    public double Stddev { get; init; } = 0.05;

    /// <inheritdoc/>
    protected override Tensor Draw(long[] shape, RandomKey key) => Normal(shape, Mean, Stddev, key);
}
