using ExperimentRunner.Engine.Definitions;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>Probabilities that add up to 1 along an axis: <c>exp(x) / sum(exp(x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.softmax</c>.</remarks>
[KerasName("softmax")]
public sealed record Softmax : AxisActivation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x.softmax(Axis);
}
