using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Normal, cut off at two deviations.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.TruncatedNormal</c>.</remarks>
[KerasName("TruncatedNormal", "truncated_normal")]
public sealed record TruncatedNormal : RandomInitializer
{
    /// <summary>The mean.</summary>
    public double Mean { get; init; }

    /// <summary>The standard deviation before the ends are cut off.</summary>
    [AtLeast(0)]
    public double Stddev { get; init; } = 0.05;

    /// <inheritdoc/>
    protected override Tensor Draw(long[] shape, RandomKey key) => TruncatedNormal(shape, Mean, Stddev, key);
}
