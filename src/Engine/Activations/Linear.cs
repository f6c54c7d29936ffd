using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The identity: <c>y = x</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.linear</c>.</remarks>
[KerasName("linear")]
public sealed record Linear : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x;

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => x;

    /// <inheritdoc/>
    internal override (string Name, float[] Alpha, float[] Beta)? OnnxRecurrent => ("Affine", [1], [0]);
}
