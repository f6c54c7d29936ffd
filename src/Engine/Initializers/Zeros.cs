using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>Zero everywhere.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.Zeros</c>.</remarks>
[KerasName("Zeros", "zeros", "zero")]
public sealed record Zeros : Initializer
{
    /// <inheritdoc/>
    public override Tensor Make(long[] shape, RandomKey key) => zeros(shape);
}
