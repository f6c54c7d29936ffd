using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The identity: <c>y = x</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.linear</c>.</remarks>
[KerasName("linear")]
public sealed record Linear : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x;
}
