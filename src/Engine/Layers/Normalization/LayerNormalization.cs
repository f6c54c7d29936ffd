using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>
/// Normalizes each example over its features: <c>gamma · (x − mean) / √(variance + epsilon) + beta</c>, with mean and variance over
/// <c>axis</c>.
/// </summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Weights: <c>gamma</c>, <c>beta</c>, with the lengths of the axes.
/// Errors: the axes must be there, and their lengths known.
/// Source: Keras 3, <c>keras.layers.LayerNormalization</c>; Ba, Kiros and Hinton (2016).
/// </remarks>
/// <example>LayerNormalization: { epsilon: 1e-6 }</example>
[KerasName("LayerNormalization")]
public sealed record LayerNormalization : AffineNormalization
{
    /// <summary>The axis, or axes, that are normalized together; negative counts from the end.</summary>
    [OneOrMore]
    public IReadOnlyList<int> Axis { get; init; } = [-1];

    /// <summary>An old way: <c>gamma · x / √(variance + epsilon)</c>, with no mean subtracted and no offset.</summary>
    public bool RmsScaling { get; init; }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        TrailingAxes.Shape(input, Axis);
        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(
        RmsScaling ? this with { Scale = true, Center = false } : this, input.NeedAxes(Axis), TrailingAxes.Shape(input, Axis), context);

    private sealed class Module(LayerNormalization layer, int[] axes, long[] shape, BuildContext context) : AffineModule(layer, shape, context)
    {
        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x) => TrailingAxes.WriteOnnx(onnx, onnx.Float(x), x.Spec.Rank, axes, last =>
        {
            long[] ends = [.. axes.Select((_, i) => -1L - i)];
            var centered = onnx.Add("Sub", [last, onnx.Mean(last, keep: true, ends)]);
            var variance = onnx.Mean(onnx.Times(centered, centered), keep: true, ends);
            return Affine(onnx, onnx.Add("Div", [layer.RmsScaling ? last : centered, onnx.Add("Sqrt", [onnx.Plus(variance, layer.Epsilon)])]));
        });

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            x = call.Cast(x);
            return TrailingAxes.Apply(x, axes, layer.RmsScaling
                ? last => Scaled(last, Enumerable.Range(1, axes.Length).Select(axis => -(long)axis).ToArray())
                : last => nn.functional.layer_norm(last, last.shape[^axes.Length..], Gamma, Beta, layer.Epsilon));
        }

        private Tensor Scaled(Tensor x, long[] last)
        {
            var wide = x.to_type(ScalarType.Float32);
            return (wide * (wide.var(last, unbiased: false, keepdim: true) + layer.Epsilon).rsqrt() * Gamma!).to_type(x.dtype);
        }
    }
}
