using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The hyperbolic tangent.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.tanh</c>.</remarks>
[KerasName("tanh")]
public sealed record Tanh : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x.tanh();
}
