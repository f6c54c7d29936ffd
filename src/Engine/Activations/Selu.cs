using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The scaled exponential linear unit, whose constants keep mean 0 and variance 1 from layer to layer.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.selu</c>; Klambauer et al. (2017).</remarks>
[KerasName("selu")]
public sealed record Selu : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.selu(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Selu", [x]);
}
