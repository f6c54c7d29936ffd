using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A smooth rectified linear unit: <c>log(1 + exp(x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.softplus</c>.</remarks>
[KerasName("softplus")]
public sealed record Softplus : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.softplus(x);
}
