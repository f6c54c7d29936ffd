using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The hyperbolic tangent.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.tanh</c>.</remarks>
[KerasName("tanh")]
public sealed record Tanh : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x.tanh();

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Add("Tanh", [x]);

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => ("Tanh", [], []);
}
