using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Activations;

/// <summary>Probabilities that add up to 1 along an axis, or over several axes together: <c>exp(x) / sum(exp(x))</c>.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// Masks: values that do not count get the probability 0, and the others add up to 1.
/// Errors: the axes must be there.
/// Source: Keras 3, <c>keras.layers.Softmax</c>.
/// </remarks>
/// <example>Softmax: { axis: -1 }</example>
[KerasName("Softmax")]
public sealed record Softmax : UnaryLayer
{
    private const double Never = -1e9; // Keras's own; exp(-1e9) is 0

    /// <summary>The axis, or axes, along which the values belong together; negative counts from the end.</summary>
    [OneOrMore]
    public IReadOnlyList<int> Axis { get; init; } = [-1];

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        input.NeedAxes(Axis);
        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module([.. Axis]);

    private sealed class Module(int[] axes) : UnaryModule
    {
        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            if (x.Mask is not null || axes.Length > 1)
            {
                throw onnx.Refuse(x.Mask is null ? "it looks at several axes together" : "it looks at a mask");
            }

            return onnx.Add("Softmax", [onnx.Float(x)], ("axis", (long)axes[0]));
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            if (mask is null)
            {
                return Probabilities(call.Cast(x), call);
            }

            var ignored = Mask.Over(mask, x).logical_not();
            return Probabilities(call.Cast(x).masked_fill(ignored, Never), call).masked_fill(ignored, 0);
        }

        private Tensor Probabilities(Tensor x, Call call) => axes is [var axis]
            ? call.Activate(new Engine.Activations.Softmax { Axis = axis }, x)
            : Together(x);

        /// <summary>The softmax over several axes: they are laid side by side at the end, made one, and put back.</summary>
        private Tensor Together(Tensor x)
        {
            long[] last = [.. Enumerable.Range((int)x.dim() - axes.Length, axes.Length)];
            long[] here = [.. axes];
            var moved = x.movedim(here, last);
            return moved.flatten(last[0]).softmax(-1).view(moved.shape).movedim(last, here);
        }
    }
}
