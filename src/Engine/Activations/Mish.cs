using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary><c>x · tanh(softplus(x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.mish</c>; Misra (2019).</remarks>
[KerasName("mish")]
public sealed record Mish : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.mish(x);
}
