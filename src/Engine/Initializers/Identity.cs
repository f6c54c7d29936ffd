using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>The identity matrix times a gain: for matrices only.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.Identity</c>.</remarks>
[KerasName("Identity", "identity", "IdentityInitializer")]
public sealed record Identity : Initializer
{
    /// <summary>The value on the diagonal.</summary>
    public double Gain { get; init; } = 1;

    /// <inheritdoc/>
    public override Tensor Make(long[] shape, RandomKey key) => shape is [var rows, var columns] ? eye(rows, columns).mul_(Gain)
        : throw new ShapeException($"can start with Identity only a matrix, but the weight has {shape.Length} axes");
}
