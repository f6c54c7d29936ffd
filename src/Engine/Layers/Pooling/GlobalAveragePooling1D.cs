using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>The mean of each channel of a sequence, over the steps that its mask lets through.</summary>
/// <remarks>
/// Shape: <c>[batch, steps, channels]</c> becomes <c>[batch, channels]</c>, or <c>[batch, 1, channels]</c> with <c>keepdims</c>.
/// A sequence of which no step counts has no mean: it becomes NaN, as in Keras.
/// Source: Keras 3, <c>keras.layers.GlobalAveragePooling1D</c>.
/// </remarks>
/// <example>GlobalAveragePooling1D</example>
[KerasName("GlobalAveragePooling1D", "GlobalAvgPool1D")]
public sealed record GlobalAveragePooling1D : GlobalPooling
{
    /// <inheritdoc/>
    private protected override int SpaceRank => 1;

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(SpaceAxes, KeepDims);

    private sealed class Module(long[] axes, bool keepDims) : UnaryModule
    {
        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var values = onnx.Float(x);
            if (x.Mask is null)
            {
                return onnx.Mean(values, keepDims, axes);
            }

            var counts = onnx.Cast(onnx.Unsqueeze(x.Mask, axes[0] == 1 ? 2 : 1), DataType.Float32); // [batch, steps, 1]
            return onnx.Add("Div", [onnx.Sum(onnx.Times(values, counts), keepDims, axes), onnx.Sum(counts, keepDims, axes)]);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var values = call.Cast(x);
            if (mask is null)
            {
                return values.mean(axes, keepDims);
            }

            var counts = mask.unsqueeze(axes[0] == 1 ? 2 : 1).to_type(ScalarType.Bool); // [batch, steps, 1]
            return values.masked_fill(counts.logical_not(), 0).sum(axes, keepDims) / counts.to_type(values.dtype).sum(axes, keepDims);
        }
    }
}
