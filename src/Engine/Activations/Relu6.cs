using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The rectified linear unit with a greatest value of 6.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.relu6</c>.</remarks>
[KerasName("relu6")]
public sealed record Relu6 : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.relu6(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Clip(x, 0, 6);
}
