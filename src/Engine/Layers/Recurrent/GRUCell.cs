using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>
/// One step of a gated recurrent unit: with the gates <c>z, r = recurrent_activation(x·kernel + h·recurrent_kernel + bias)</c> and the
/// candidate <c>g = activation(x·kernel + r·(h·recurrent_kernel) + bias)</c>, the state becomes <c>h = z·h + (1 − z)·g</c>; the output
/// is the state.
/// </summary>
/// <remarks>
/// Shape: <c>[batch, features]</c> becomes <c>[batch, units]</c> and the new state, <c>[batch, units]</c>.
/// Weights: <c>kernel [features, 3·units]</c>, <c>recurrent_kernel [units, 3·units]</c>, <c>bias [2, 3·units]</c> (of the input, of the
/// state) or, without <c>reset_after</c>, <c>[3·units]</c>; the gates in the order update, reset, candidate, as Keras saves them.
/// Errors: the number of features must be known.
/// Source: Keras 3, <c>keras.layers.GRUCell</c>; Cho et al. (2014).
/// </remarks>
/// <example>GRUCell: { units: 32 }</example>
[KerasName("GRUCell")]
public sealed record GRUCell : WeightedCell
{
    /// <summary>Length of the state and the output.</summary>
    [AtLeast(1)]
    public required int Units { get; init; }

    /// <summary>Applied to the gates.</summary>
    public Activation RecurrentActivation { get; init; } = new Sigmoid();

    /// <summary>Whether the reset gate acts on <c>h·recurrent_kernel</c>; else on <c>h</c> alone, before the product.</summary>
    public bool ResetAfter { get; init; } = true;

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> States(Spec step)
    {
        step.NeedExactRank(2).NeedAxis(-1, "the number of features");
        return [new Shape(step.Shape[0], Units)];
    }

    /// <inheritdoc/>
    private protected override CellModule Build(Spec step, BuildContext context) =>
        new Module(this, Weights(context, [step.Shape.Last!.Value, 3 * Units], [Units, 3 * Units], ResetAfter ? [2, 3 * Units] : [3 * Units]));

    private sealed class Module(GRUCell cell, CellWeights weights) : WeightedCellModule<GRUCell>(cell, weights, 3)
    {
        internal override int StateCount => 1;

        internal override Tensor[] Zeros(Tensor step) => [zeros(step.shape[0], Cell.Units, dtype: step.dtype)];

        internal override CellWalk Begin(Tensor step, Call call, RandomKey key)
        {
            var tensors = Tensors(step, [step.shape[0], Cell.Units], eachGate: false, call, key);
            return Cell.ResetAfter ? new ResetAfterWalk(Cell, tensors) : new ResetBeforeWalk(Cell, tensors);
        }

        internal override (string Outputs, string[] States) WalkOnnx(OnnxGraph onnx, OnnxWalk walk) =>
            Walk(onnx, "GRU", walk, [0, 1, 2], [Cell.RecurrentActivation, Cell.Activation], ("linear_before_reset", Cell.ResetAfter ? 1L : 0L));

        internal override bool HasKernel(Call call) =>
            !DropsState(call) && Cell is { Activation: Tanh, RecurrentActivation: Sigmoid, ResetAfter: true };

        internal override (Tensor Outputs, Tensor[] States) RunKernel(
            Tensor x, ReadOnlySpan<Tensor> states, SequenceEnds? ends, bool wantStates, Call call, RandomKey key)
        {
            var tensors = Tensors(x[0], [], eachGate: false, call, key);
            if (is_grad_enabled() && x.dtype == ScalarType.Float32 && (x.requires_grad || tensors.Recurrent.requires_grad))
            {
                var biases = tensors.Bias?.unbind(0);
                var along = GruSequence.Run(tensors.TimesKernel(x, biases?[0]), states[0], tensors.Recurrent, biases?[1]);
                return (along, [ends?.LastOf(along, states[0]) ?? along.select(0, -1)]);
            }

            Tensor[] weights = [ResetFirst(tensors.Kernel).t().contiguous(), ResetFirst(tensors.Recurrent).t().contiguous()];
            if (tensors.Bias is not null)
            {
                weights = [.. weights, .. ResetFirst(tensors.Bias).unbind(0)];
            }

            var (y, h) = RecurrentKernels.Gru(tensors.Drop(x), states[0], weights);
            return (y, [ends?.LastOf(y, states[0]) ?? h]);
        }

        /// <summary>The gates in libtorch's order, reset before update.</summary>
        private static Tensor ResetFirst(Tensor weight)
        {
            var gates = weight.chunk(3, -1);
            return cat([gates[1], gates[0], gates[2]], -1);
        }
    }

    private sealed class ResetAfterWalk(GRUCell cell, CellTensors tensors) : CellWalk
    {
        private readonly Tensor[]? _biases = tensors.Bias?.unbind(0);

        internal override Tensor Project(Tensor x) => tensors.TimesKernel(x, _biases?[0]);

        internal override (Tensor Output, Tensor[] States) Step(Tensor projected, ReadOnlySpan<Tensor> states)
        {
            var (x, s) = (projected.chunk(3, -1), tensors.TimesRecurrent(states[0], _biases?[1]).chunk(3, -1));
            var z = cell.RecurrentActivation.Apply(x[0] + s[0]);
            var r = cell.RecurrentActivation.Apply(x[1] + s[1]);
            var h = lerp(cell.Activation.Apply(addcmul(x[2], r, s[2], 1)), states[0], z); // [batch, units]
            return (h, [h]);
        }
    }

    private sealed class ResetBeforeWalk(GRUCell cell, CellTensors tensors) : CellWalk
    {
        private readonly Tensor[] _recurrent = tensors.Recurrent.chunk(3, -1);

        internal override Tensor Project(Tensor x) => tensors.TimesKernel(x, tensors.Bias);

        internal override (Tensor Output, Tensor[] States) Step(Tensor projected, ReadOnlySpan<Tensor> states)
        {
            var (x, state) = (projected.chunk(3, -1), states[0]);
            var h = tensors.StateMasks is null ? [state, state, state] : Array.ConvertAll(tensors.StateMasks, mask => state * mask);
            var z = cell.RecurrentActivation.Apply(addmm(x[0], h[0], _recurrent[0], 1, 1));
            var r = cell.RecurrentActivation.Apply(addmm(x[1], h[1], _recurrent[1], 1, 1));
            var next = lerp(cell.Activation.Apply(addmm(x[2], r * h[2], _recurrent[2], 1, 1)), state, z); // [batch, units]
            return (next, [next]);
        }
    }
}
