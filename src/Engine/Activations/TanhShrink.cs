using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary><c>x − tanh(x)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.tanh_shrink</c>.</remarks>
[KerasName("tanh_shrink")]
public sealed record TanhShrink : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.tanhshrink(x);
}
