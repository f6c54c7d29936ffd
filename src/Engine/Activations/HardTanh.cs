using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>The hyperbolic tangent made of straight lines: <c>x</c>, at least −1 and at most 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.hard_tanh</c>.</remarks>
[KerasName("hard_tanh")]
public sealed record HardTanh : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => x.clamp(-1, 1);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Clip(x, -1, 1);
}
