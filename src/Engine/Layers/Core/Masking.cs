using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Core;

/// <summary>Makes a mask: a step counts where any of its features is not <c>mask_value</c>. Steps that do not count become 0.</summary>
/// <remarks>
/// Shape: the output's is the input's; the mask has all its axes but the last.
/// Source: Keras 3, <c>keras.layers.Masking</c>.
/// </remarks>
/// <example>Masking: { mask_value: 0.0 }</example>
[KerasName("Masking")]
public sealed record Masking : UnaryLayer
{
    /// <summary>What all features of a step are where the step does not count.</summary>
    public double MaskValue { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => input.NeedRank(2);

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context) => new Module(MaskValue);

    private sealed class Module(double value) : UnaryModule
    {
        private Tensor? _counts;

        public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount) => [_counts];

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x)
        {
            var counts = onnx.Add("Not", [onnx.Add("Equal", [onnx.Float(x), onnx.Number(value)])]);
            var any = onnx.Add("ReduceMax", [onnx.Cast(counts, DataType.Float32)], ("axes", (long[])[-1]), ("keepdims", 1L));
            return new OnnxOutput(onnx.Times(onnx.Float(x), any), onnx.Cast(onnx.Squeeze(any, -1), DataType.Bool));
        }

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call)
        {
            _counts = x.ne(value).any(-1, false); // [batch, …]
            return x.masked_fill(_counts.logical_not().unsqueeze(-1), 0);
        }
    }
}
