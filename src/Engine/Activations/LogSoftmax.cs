using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The logarithm of the softmax along an axis.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.log_softmax</c>.</remarks>
[KerasName("log_softmax")]
public sealed record LogSoftmax : AxisActivation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x.log_softmax(Axis);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("LogSoftmax", [x], ("axis", (long)Axis));
}
