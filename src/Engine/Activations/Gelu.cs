using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The Gaussian error linear unit: <c>x · P(X ≤ x)</c> for a standard normal X.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.gelu</c>; Hendrycks and Gimpel (2016).</remarks>
[KerasName("gelu")]
public sealed record Gelu : Activation
{
    /// <summary>Whether the probability is approximated with a hyperbolic tangent.</summary>
    public bool Approximate { get; init; }

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) =>
        nn.functional.gelu(x, Approximate ? TorchSharp.Modules.GELU.Approximate.tanh : TorchSharp.Modules.GELU.Approximate.none);
}
