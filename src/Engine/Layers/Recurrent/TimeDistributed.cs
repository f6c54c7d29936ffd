using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>Applies one layer, with one set of weights, to every step of a sequence.</summary>
/// <remarks>
/// Shape: <c>[batch, time, …]</c> becomes <c>[batch, time, …]</c>, the rest as the layer says for <c>[batch, …]</c>.
/// Weights: those of the layer.
/// Errors: an input of fewer than three axes.
/// The steps go through the layer together, as one large batch; one after another where the layer looks at its batch while it trains
/// (BatchNormalization) or keeps states. A penalty on the layer's output counts for nothing, as in Keras 3.
/// Source: Keras 3, <c>keras.layers.TimeDistributed</c>.
/// </remarks>
/// <example>TimeDistributed: { layer: { Dense: { units: 8 } } }</example>
[KerasName("TimeDistributed")]
public sealed record TimeDistributed : Layer
{
    /// <summary>The layer that is applied.</summary>
    public required Layer Layer { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call) =>
        [.. Layer.Infer(Steps(inputs), CallOptions.None).Select(output => output.With(new Shape([output.Shape[0], inputs[0].Shape[1], .. output.Shape.Skip(1)])))];

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context) =>
        new Module(Layer.Build(Steps(inputs), context.In(Layer.Name ?? LayerNames.FromClass(Catalog.NameOf(Layer.GetType())))));

    private static IReadOnlyList<Spec> Steps(IReadOnlyList<Spec> inputs) =>
        [.. inputs.Select(input => input.With(new Shape([input.NeedRank(3).Shape[0], .. input.Shape.Skip(2)])))];

    private sealed class Module : LayerModule
    {
        private readonly LayerModule _layer;
        private readonly bool _looksAtBatch;

        internal Module(LayerModule layer)
        {
            _layer = Own("layer", layer);
            _layer.OutputPenalty = null;
            _looksAtBatch = layer.AllWeights.Any(weight => !weight.Learned);
        }

        public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount)
        {
            var all = new Tensor?[outputCount];
            all[0] = masks[0];
            return all;
        }

        internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
        {
            if (inputs.Any(input => input.Mask is not null && input.Spec.Rank > 3) || _layer.AllState.Any())
            {
                throw onnx.Refuse("its layer looks at a mask or keeps its state");
            }

            var steps = Steps([.. inputs.Select(input => input.Spec)]);
            var ahead = onnx.ShapeOf(inputs[0].Name, 0, 2);
            var folded = inputs.Zip(steps, (input, step) => new OnnxValue(Joined(input.Name, onnx.Whole(-1), 2), step)).ToList();
            var outputs = _layer.WriteOnnx(onnx, folded, CallOptions.None);
            return [.. outputs.Select((output, i) => new OnnxOutput(Joined(output.Name, ahead, 1), i == 0 ? inputs[0].Mask : null))];

            string Joined(string x, string first, int from) =>
                onnx.Add("Reshape", [x, onnx.Add("Concat", [first, onnx.ShapeOf(x, from, long.MaxValue)], ("axis", 0L))]);
        }

        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
        {
            if ((_looksAtBatch && call.Training) || _layer.AllState.Any())
            {
                return StepByStep(inputs, masks, call);
            }

            var (batch, time) = (inputs[0].shape[0], inputs[0].shape[1]);
            var folded = Array.ConvertAll([.. inputs], input => input.flatten(0, 1)); // [batch · time, …]
            var foldedMasks = Array.ConvertAll([.. masks], mask => mask is null || mask.dim() < 3 ? null : mask.flatten(0, 1));
            var outputs = call.CallPart(_layer, "layer", folded, foldedMasks);
            return [.. outputs.Select(output => output.unflatten(0, batch, time))];
        }

        private Tensor[] StepByStep(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
        {
            var steps = new List<IReadOnlyList<Tensor>>();
            for (var t = 0; t < inputs[0].shape[1]; t++)
            {
                Tensor[] step = [.. inputs.Select(input => input.select(1, t))];
                Tensor?[] stepMasks = [.. masks.Zip(step, (mask, x) => mask is null || (mask.dim() < 3 && x.dim() > 2) ? null : mask.select(1, t))];
                steps.Add(call.CallPart(_layer, $"layer {t}", step, stepMasks));
            }

            return [.. steps[0].Select((_, i) => stack(steps.Select(step => step[i]), 1))];
        }
    }
}
