using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary><c>x · sigmoid(x)</c>, also called swish.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.silu</c>; Ramachandran, Zoph and Le (2017).</remarks>
[KerasName("silu", "swish")]
public sealed record Silu : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.silu(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Times(x, onnx.Add("Sigmoid", [x]));
}
