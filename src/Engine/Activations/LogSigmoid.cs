using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The logarithm of the sigmoid: <c>−log(1 + exp(−x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.log_sigmoid</c>.</remarks>
[KerasName("log_sigmoid")]
public sealed record LogSigmoid : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.logsigmoid(x);
}
