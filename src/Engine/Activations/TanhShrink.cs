using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary><c>x − tanh(x)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.tanh_shrink</c>.</remarks>
[KerasName("tanh_shrink")]
public sealed record TanhShrink : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.tanhshrink(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Sub", [x, onnx.Add("Tanh", [x])]);
}
