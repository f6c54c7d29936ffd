using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>One everywhere.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.Ones</c>.</remarks>
[KerasName("Ones", "ones", "one")]
public sealed record Ones : Initializer
{
    /// <inheritdoc/>
    public override Tensor Make(long[] shape, RandomKey key) => ones(shape);
}
