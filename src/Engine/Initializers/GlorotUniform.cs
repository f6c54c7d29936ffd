using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Uniform between ±√(6 / (fan in + fan out)).</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.GlorotUniform</c>; Glorot and Bengio (2010), eq. 16.</remarks>
[KerasName("GlorotUniform", "glorot_uniform")]
public sealed record GlorotUniform : Initializer
{
    /// <summary>Starts the random numbers; null takes the run's seed.</summary>
    public long? Seed { get; init; }

    /// <inheritdoc/>
    public override Tensor Make(long[] shape, RandomKey key) => throw new NotSupportedException();
}
