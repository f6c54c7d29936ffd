using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary><c>x · tanh(softplus(x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.mish</c>; Misra (2019).</remarks>
[KerasName("mish")]
public sealed record Mish : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.mish(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Times(x, onnx.Add("Tanh", [onnx.Add("Softplus", [x])]));
}
