using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>Probabilities that add up to 1 along an axis: <c>exp(x) / sum(exp(x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.softmax</c>.</remarks>
[KerasName("softmax")]
public sealed record Softmax : AxisActivation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x.softmax(Axis);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Softmax", [x], ("axis", (long)Axis));
}
