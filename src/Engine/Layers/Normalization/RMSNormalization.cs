using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>Divides by the root of the mean square: <c>scale · x / √(mean(x²) + epsilon)</c>, with the mean over <c>axis</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Weights: <c>scale</c>, with the lengths of the axes.
/// Errors: the axes must be there, and their lengths known.
/// Source: Keras 3, <c>keras.layers.RMSNormalization</c>; Zhang and Sennrich (2019).
/// </remarks>
/// <example>RMSNormalization: { axis: -1 }</example>
[KerasName("RMSNormalization")]
public sealed record RMSNormalization : UnaryLayer
{
    /// <summary>The axis, or axes, that are normalized together; negative counts from the end.</summary>
    [OneOrMore]
    public IReadOnlyList<int> Axis { get; init; } = [-1];

    /// <summary>Added to the mean square, so that its root can be divided by.</summary>
    [AtLeast(0)]
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        TrailingAxes.Shape(input, Axis);
        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) =>
        new Module(input.NeedAxes(Axis), Epsilon, context.Weight("scale", TrailingAxes.Shape(input, Axis), new Ones()));

    private sealed class Module : UnaryModule
    {
        private readonly int[] _axes;
        private readonly long[] _last;
        private readonly double _epsilon;
        private readonly Weight _scale;

        internal Module(int[] axes, double epsilon, Weight scale)
        {
            (_axes, _epsilon) = (axes, epsilon);
            _last = [.. axes.Select((_, i) => -1L - i)];
            _scale = Own(scale);
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x) => TrailingAxes.WriteOnnx(onnx, onnx.Float(x), x.Spec.Rank, _axes, last =>
        {
            var mean = onnx.Mean(onnx.Times(last, last), keep: true, _last);
            return onnx.Times(onnx.Add("Div", [last, onnx.Add("Sqrt", [onnx.Plus(mean, _epsilon)])]), onnx.Weight(_scale));
        });

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            var wide = x.to_type(ScalarType.Float32); // squares of a shorter type would be too coarse
            return call.Cast(TrailingAxes.Apply(wide, _axes, last =>
                last * (last.square().mean(_last, keepdim: true) + _epsilon).rsqrt() * _scale.Value));
        }
    }
}
