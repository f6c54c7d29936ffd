using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Uniform between two values.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.RandomUniform</c>.</remarks>
[KerasName("RandomUniform", "random_uniform", "uniform")]
public sealed record RandomUniform : RandomInitializer
{
    /// <summary>The least value.</summary>
    public double Minval { get; init; } = -0.05;

    /// <summary>The value that is just not reached.</summary>
    public double Maxval { get; init; } = 0.05;

    /// <inheritdoc/>
    protected override Tensor Draw(long[] shape, RandomKey key) => Uniform(shape, Minval, Maxval, key);
}
