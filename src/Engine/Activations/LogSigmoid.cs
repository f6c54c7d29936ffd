using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The logarithm of the sigmoid: <c>−log(1 + exp(−x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.log_sigmoid</c>.</remarks>
[KerasName("log_sigmoid")]
public sealed record LogSigmoid : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.logsigmoid(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Neg", [onnx.Add("Softplus", [onnx.Add("Neg", [x])])]);
}
