using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Activations;

/// <summary>A softmax that puts out many exact zeros: <c>max(x − τ, 0)</c>, with τ from the largest values along an axis.</summary>
/// <remarks>
/// Keras 3 takes τ from the sum of the cumulative sums of the largest values. The paper takes their sum, so that the
/// result adds up to 1; here Keras's numbers are kept.
/// Source: Keras 3, <c>keras.activations.sparsemax</c>; Martins and Astudillo (2016).
/// </remarks>
[KerasName("sparsemax")]
public sealed record Sparsemax : AxisActivation
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor x)
    {
        var axis = Axis < 0 ? Axis + x.dim() : Axis;
        var (sorted, _) = x.sort(axis, descending: true);
        var sums = sorted.cumsum(axis);
        var counts = arange(1, x.shape[axis] + 1, x.dtype).reshape([-1, .. Enumerable.Repeat(1L, (int)(x.dim() - axis - 1))]);
        var support = (sorted * counts > sums - 1).to_type(x.dtype);
        var tau = ((sums * support).sum(axis, keepdim: true) - 1) / support.sum(axis, keepdim: true);
        return (x - tau).clamp_min(0);
    }

    /// <inheritdoc/>
    internal override string WriteOnnx(OnnxGraph onnx, string x, Shape shape)
    {
        var axis = Axis < 0 ? Axis + shape.Rank : Axis;
        if (shape[axis] is not { } length)
        {
            throw onnx.Refuse("its sparsemax needs to know how many values there are");
        }

        var sorted = onnx.Add("TopK", 2, [x, onnx.Whole(length)], ("axis", (long)axis))[0];
        var sums = onnx.Add("CumSum", [sorted, onnx.Constant($"axis/{axis}", tensor((long)axis))]);
        var counts = onnx.Constant($"counts/{length}/{shape.Rank - axis}", arange(1, length + 1, ScalarType.Float32).reshape([-1, .. Enumerable.Repeat(1L, shape.Rank - axis - 1)]));
        var support = onnx.Cast(onnx.Add("Greater", [onnx.Times(sorted, counts), onnx.Plus(sums, -1)]), DataType.Float32);
        var total = onnx.Plus(onnx.Sum(onnx.Times(sorted, support), keep: true, axis), -1);
        return onnx.Add("Relu", [onnx.Add("Sub", [x, onnx.Add("Div", [total, onnx.Sum(support, keep: true, axis)])])]);
    }
}
