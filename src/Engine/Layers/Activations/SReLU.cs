using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>
/// An activation of old models of three straight parts that it learns: <c>x</c> from <c>t_left</c> to <c>t = t_left + |t_right|</c>,
/// with the slope <c>a_left</c> below and <c>a_right</c> above.
/// </summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Weights: <c>t_left</c>, <c>a_left</c>, <c>t_right</c>, <c>a_right</c>, of the input's shape without the batch, and of length 1
/// along <c>shared_axes</c>.
/// Errors: axes that are not shared must be known.
/// Source: Keras 1, <c>keras.layers.SReLU</c>; Jin et al. (2015).
/// </remarks>
/// <example>SReLU: { shared_axes: 1 }</example>
[KerasName("SReLU")]
public sealed record SReLU : UnaryLayer
{
    /// <summary>Makes the start values of the left threshold.</summary>
    [KerasName("t_left_init")]
    public Initializer LeftThresholdInitializer { get; init; } = new Zeros();

    /// <summary>Makes the start values of the left slope.</summary>
    [KerasName("a_left_init")]
    public Initializer LeftSlopeInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the distance to the right threshold.</summary>
    [KerasName("t_right_init")]
    public Initializer RightThresholdInitializer { get; init; } = new GlorotUniform();

    /// <summary>Makes the start values of the right slope.</summary>
    [KerasName("a_right_init")]
    public Initializer RightSlopeInitializer { get; init; } = new Ones();

    /// <summary>The axes along which one form serves all, counted from the batch, which is 0; null is none.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? SharedAxes { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        LearnedShape.Of(input, SharedAxes);
        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        var shape = LearnedShape.Of(input, SharedAxes);
        return new Module(
            context.Weight("t_left", shape, LeftThresholdInitializer),
            context.Weight("a_left", shape, LeftSlopeInitializer),
            context.Weight("t_right", shape, RightThresholdInitializer),
            context.Weight("a_right", shape, RightSlopeInitializer));
    }

    private sealed class Module : UnaryModule
    {
        private readonly Weight _left;
        private readonly Weight _leftSlope;
        private readonly Weight _right;
        private readonly Weight _rightSlope;

        internal Module(Weight left, Weight leftSlope, Weight right, Weight rightSlope) =>
            (_left, _leftSlope, _right, _rightSlope) = (Own(left), Own(leftSlope), Own(right), Own(rightSlope));

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var (input, left) = (onnx.Float(x), onnx.Weight(_left));
            var right = onnx.Plus(left, onnx.Add("Abs", [onnx.Weight(_right)]));
            var below = onnx.Times(onnx.Weight(_leftSlope), onnx.Add("Min", [onnx.Add("Sub", [input, left]), onnx.Constant("zero", zeros(1))]));
            var above = onnx.Times(onnx.Weight(_rightSlope), onnx.Add("Relu", [onnx.Add("Sub", [input, right])]));
            return onnx.Plus(onnx.Plus(onnx.Add("Min", [onnx.Add("Max", [input, left]), right]), below), above);
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            x = call.Cast(x);
            var left = call.Cast(_left.Value);
            var right = left + call.Cast(_right.Value).abs();
            var below = call.Cast(_leftSlope.Value) * (x - left).clamp_max(0);
            var above = call.Cast(_rightSlope.Value) * nn.functional.relu(x - right);
            return minimum(maximum(x, left), right) + below + above;
        }
    }
}
