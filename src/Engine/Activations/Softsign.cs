using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary><c>x / (1 + |x|)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.softsign</c>.</remarks>
[KerasName("softsign")]
public sealed record Softsign : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.softsign(x);
}
