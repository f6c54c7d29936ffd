using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Graphs;
using ExperimentRunner.Engine.Regularizers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>Two recurrent layers over the same sequence, one from its start and one from its end.</summary>
/// <remarks>
/// Shape: what <c>layer</c> makes of its input, the last axis twice as long with <c>merge_mode: concat</c>; with <c>null</c>, both outputs.
/// With <c>return_state</c> the states follow, those of the forward layer first. Further inputs are the states before the first step
/// (<c>initial_state</c>), half of them for each layer. With <c>return_sequences</c>, steps that a mask leaves out are zero.
/// Weights: those of <c>forward_layer</c>, then those of <c>backward_layer</c>.
/// Errors: just one of the two layers must go backwards; both must agree on <c>return_sequences</c>, <c>return_state</c> and <c>stateful</c>.
/// Source: Keras 3, <c>keras.layers.Bidirectional</c>; Schuster and Paliwal (1997).
/// </remarks>
/// <example>Bidirectional: { layer: { LSTM: { units: 32, return_sequences: true } } }</example>
[KerasName("Bidirectional")]
[RefusedOption("weights", "weights come from files")]
public sealed record Bidirectional : Layer, IChecked
{
    /// <summary>The layer that walks forward; a copy of it walks backward, with weights of its own.</summary>
    public required RecurrentLayer Layer { get; init; }

    /// <summary>How the outputs of the two are joined; null leaves them apart.</summary>
    public MergeMode? MergeMode { get; init; } = Recurrent.MergeMode.Concat;

    /// <summary>The layer that walks backward, where it is not a copy of the other.</summary>
    public RecurrentLayer? BackwardLayer { get; init; }

    /// <summary>Penalty on what comes out.</summary>
    public Regularizer? ActivityRegularizer { get; init; }

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Makes;

    /// <inheritdoc/>
    protected override Regularizer? OutputPenalty => ActivityRegularizer;

    private RecurrentLayer Forward => Layer with { Name = $"forward_{NameOf(Layer, "forward_")}", ZeroOutputForMask = Layer.ReturnSequences };

    private RecurrentLayer Backward => BackwardLayer is null
        ? Layer with { Name = $"backward_{NameOf(Layer, "backward_")}", ZeroOutputForMask = Layer.ReturnSequences, GoBackwards = true }
        : BackwardLayer with { Name = NameOf(BackwardLayer, ""), ZeroOutputForMask = BackwardLayer.ReturnSequences };

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        var (forward, backward) = (Forward, Backward);
        var option = BackwardLayer is null ? "layer" : "backward_layer";
        if (forward.GoBackwards == backward.GoBackwards)
        {
            yield return new OptionMistake(option, $"Both layers of Bidirectional go {(forward.GoBackwards ? "backwards" : "forward")}.", "one with 'go_backwards: true'");
        }

        if ((forward.ReturnSequences, forward.ReturnState, forward.Stateful) != (backward.ReturnSequences, backward.ReturnState, backward.Stateful))
        {
            yield return new OptionMistake(option, "The two layers of Bidirectional differ in what they put out or keep.", "the same 'return_sequences', 'return_state' and 'stateful' in both");
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Spec> Infer(IReadOnlyList<Spec> inputs, CallOptions call)
    {
        var (ahead, back) = Split(inputs);
        var (forward, backward) = (Forward.Infer(ahead, call), Backward.Infer(back, call));
        IReadOnlyList<Spec> outputs = MergeMode switch
        {
            null => [forward[0], backward[0]],
            Recurrent.MergeMode.Concat => [forward[0].WithLast(forward[0].Shape.Last + backward[0].Shape.Last)],
            _ => [forward[0]],
        };
        return [.. outputs, .. forward.Skip(1), .. backward.Skip(1)];
    }

    /// <inheritdoc/>
    protected override LayerModule BuildModule(IReadOnlyList<Spec> inputs, BuildContext context)
    {
        var (ahead, back) = Split(inputs);
        var (forward, backward) = (Forward, Backward);
        return new Module(this, forward.Build(ahead, context.In(forward.Name!)), backward.Build(back, context.In(backward.Name!)));
    }

    /// <summary>What each layer is given: the sequence, and its half of the states.</summary>
    private static (IReadOnlyList<T> Forward, IReadOnlyList<T> Backward) Split<T>(IReadOnlyList<T> inputs)
    {
        var half = (inputs.Count - 1) / 2;
        return ([.. inputs.Take(1 + half)], [inputs[0], .. inputs.Skip(1 + half)]);
    }

    private static string NameOf(RecurrentLayer layer, string prefix)
    {
        var name = layer.Name ?? LayerNames.FromClass(Catalog.NameOf(layer.GetType()));
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }

    private sealed class Module : LayerModule
    {
        private readonly Bidirectional _definition;
        private readonly LayerModule _forward;
        private readonly LayerModule _backward;

        internal Module(Bidirectional definition, LayerModule forward, LayerModule backward)
        {
            _definition = definition;
            _forward = Own("forward_layer", forward);
            _backward = Own("backward_layer", backward);
        }

        public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount)
        {
            var all = new Tensor?[outputCount];
            if (_definition.Layer.ReturnSequences)
            {
                Array.Fill(all, masks[0], 0, _definition.MergeMode is null ? 2 : 1);
            }

            return all;
        }

        internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
        {
            var (ahead, back) = Split(inputs);
            var (forward, backward) = (_forward.WriteOnnx(onnx, ahead, options), _backward.WriteOnnx(onnx, back, options));
            var (y, z) = (forward[0].Name, _definition.Layer.ReturnSequences ? onnx.Flip(backward[0].Name, 1) : backward[0].Name);
            OnnxOutput[] outputs = _definition.MergeMode switch
            {
                Recurrent.MergeMode.Concat => [onnx.Add("Concat", [y, z], ("axis", -1L))],
                Recurrent.MergeMode.Sum => [onnx.Plus(y, z)],
                Recurrent.MergeMode.Mul => [onnx.Times(y, z)],
                Recurrent.MergeMode.Ave => [onnx.Times(onnx.Plus(y, z), 0.5)],
                _ => [y, z],
            };
            var mask = _definition.Layer.ReturnSequences ? inputs[0].Mask : null;
            return [.. outputs.Select(output => output with { Mask = mask }), .. forward.Skip(1), .. backward.Skip(1)];
        }

        protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
        {
            var ((ahead, back), (aheadMasks, backMasks)) = (Split(inputs), Split(masks));
            var forward = call.CallPart(_forward, "forward_layer", ahead, aheadMasks);
            var backward = call.CallPart(_backward, "backward_layer", back, backMasks);
            var (y, z) = (forward[0], _definition.Layer.ReturnSequences ? backward[0].flip(1) : backward[0]);
            Tensor[] outputs = _definition.MergeMode switch
            {
                Recurrent.MergeMode.Concat => [cat([y, z], -1)],
                Recurrent.MergeMode.Sum => [y + z],
                Recurrent.MergeMode.Mul => [y * z],
                Recurrent.MergeMode.Ave => [(y + z) / 2],
                _ => [y, z],
            };
            return [.. outputs, .. forward.Skip(1), .. backward.Skip(1)];
        }
    }
}

/// <summary>How a Bidirectional joins its two outputs.</summary>
public enum MergeMode
{
    /// <summary>One after the other on the last axis.</summary>
    Concat,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their product.</summary>
    Mul,

    /// <summary>Their mean.</summary>
    Ave,
}
