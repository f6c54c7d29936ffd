using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The exponential function: <c>exp(x)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.exponential</c>.</remarks>
[KerasName("exponential")]
public sealed record Exponential : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x.exp();

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Exp", [x]);
}
