using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>The same value everywhere, or a list of values along the last axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.Constant</c>.</remarks>
[KerasName("Constant", "constant")]
public sealed record Constant : Initializer
{
    /// <summary>The value, or one for each element of the last axis.</summary>
    [OneOrMore]
    public IReadOnlyList<double> Value { get; init; } = [0.0];

    /// <inheritdoc/>
    public override Tensor Make(long[] shape, RandomKey key) => Value is [var only] ? full(shape, only)
        : shape.Length > 0 && shape[^1] == Value.Count ? tensor([.. Value], float32).expand(shape).clone()
        : throw new ShapeException($"cannot start a weight of shape [{string.Join(", ", shape)}] with {Value.Count} values");
}
