using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Merging;

/// <summary>A layer that makes one tensor of several.</summary>
public abstract record MergeLayer : Layer
{
    /// <inheritdoc/>
    public sealed override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call) => inputs.Count == 0
        ? throw new ShapeException("needs an input")
        : [new Spec(OutputShape(inputs), TypeOf(inputs))];

    /// <summary>The shape of the output.</summary>
    /// <exception cref="ShapeException">The inputs do not fit each other.</exception>
    private protected abstract Shape OutputShape(IReadOnlyList<Spec> inputs);

    /// <summary>Computes the output of inputs that are all of one type.</summary>
    private protected abstract Tensor Merge(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks);

    /// <summary>The mask of the output.</summary>
    private protected abstract Tensor? MergeMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks);

    /// <summary>Says the merge in ONNX; the inputs are of one type.</summary>
    private protected abstract string WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs);

    /// <inheritdoc/>
    protected sealed override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) =>
        new Module(this, Infer(inputs, context.Call)[0].Type);

    /// <summary>The inputs' type; of several types the one that holds them all.</summary>
    private static DataType TypeOf(IReadOnlyList<Spec> inputs) =>
        inputs.All(input => input.Type == inputs[0].Type) ? inputs[0].Type
        : inputs.Any(input => input.Type.IsFloat()) ? DataType.Float32
        : DataType.Int64;

    private sealed class Module(MergeLayer layer, DataType type) : LayerModule
    {
        public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount) =>
            [layer.MergeMasks(inputs, masks)];

        internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
        {
            if (inputs.Any(input => input.Mask is not null))
            {
                throw onnx.Refuse("it joins masks");
            }

            return [layer.WriteOnnx(onnx, [.. inputs.Select(input => input.Spec.Type == type ? input : input with { Name = onnx.Cast(input.Name, type), Spec = input.Spec with { Type = type } })])];
        }

        /// <inheritdoc/>
        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call) =>
            [layer.Merge([.. inputs.Select(input => type.IsFloat() ? call.Cast(input) : input.to_type(type.ToTorch()))], masks)];
    }
}
