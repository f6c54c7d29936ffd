using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A sigmoid made of straight lines: <c>(x + 1) / 2</c>, at least 0 and at most 1.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.sparse_sigmoid</c>; Martins and Astudillo (2016).</remarks>
[KerasName("sparse_sigmoid")]
public sealed record SparseSigmoid : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => (x.clamp(-1, 1) + 1) * 0.5;

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape) => onnx.Times(onnx.Plus(onnx.Clip(x, -1, 1), 1), 0.5);
}
