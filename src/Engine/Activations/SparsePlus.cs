using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A rectified linear unit with a rounded corner: 0 up to −1, <c>(x + 1)² / 4</c> up to 1, <c>x</c> above.</summary>
/// <remarks>Source: Keras 3, <c>keras.activations.sparse_plus</c>; Martins and Astudillo (2016).</remarks>
[KerasName("sparse_plus")]
public sealed record SparsePlus : Activation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x) => where(x >= 1, x, (x.clamp(-1, 1) + 1).square() * 0.25);

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape)
    {
        var above = onnx.Plus(onnx.Clip(x, -1, 1), 1);
        return onnx.Add("Where", [onnx.Add("GreaterOrEqual", [x, onnx.Number(1)]), x, onnx.Times(onnx.Times(above, above), 0.25)]);
    }
}
