using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A smooth rectified linear unit: <c>log(1 + exp(x))</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.softplus</c>.</remarks>
[KerasName("softplus")]
public sealed record Softplus : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => nn.functional.softplus(x);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Softplus", [x]);

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => ("Softplus", [], []);
}
