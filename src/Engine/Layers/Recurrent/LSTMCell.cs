using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>
/// One step of a long short-term memory: with the gates <c>i, f, o = recurrent_activation(x·kernel + h·recurrent_kernel + bias)</c> and
/// the candidate <c>g = activation(…)</c>, the carry becomes <c>c = f·c + i·g</c> and the output <c>h = o·activation(c)</c>.
/// </summary>
/// <remarks>
/// Shape: <c>[batch, features]</c> becomes <c>[batch, units]</c> and the new states <c>h</c> and <c>c</c>, <c>[batch, units]</c> each.
/// Weights: <c>kernel [features, 4·units]</c>, <c>recurrent_kernel [units, 4·units]</c>, <c>bias [4·units]</c>, the gates in the order
/// input, forget, candidate, output, as Keras saves them.
/// Errors: the number of features must be known.
/// Source: Keras 3, <c>keras.layers.LSTMCell</c>; Hochreiter and Schmidhuber (1997).
/// </remarks>
/// <example>LSTMCell: { units: 32 }</example>
[KerasName("LSTMCell")]
public sealed record LSTMCell : WeightedCell
{
    /// <summary>Length of each state and of the output.</summary>
    [AtLeast(1)]
    public required int Units { get; init; }

    /// <summary>Applied to the gates.</summary>
    public Activation RecurrentActivation { get; init; } = new Sigmoid();

    /// <summary>Whether the forget gate's bias starts at one.</summary>
    public bool UnitForgetBias { get; init; } = true;

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> States(Spec step)
    {
        step.NeedExactRank(2).NeedAxis(-1, "the number of features");
        return [new Shape(step.Shape[0], Units), new Shape(step.Shape[0], Units)];
    }

    /// <inheritdoc/>
    private protected override CellModule Build(Spec step, BuildContext context) =>
        new Module(this, Weights(context, [step.Shape.Last!.Value, 4 * Units], [Units, 4 * Units], [4 * Units], UnitForgetBias));

    private sealed class Module(LSTMCell cell, CellWeights weights) : WeightedCellModule<LSTMCell>(cell, weights, 4)
    {
        /// <summary>So far from zero that a gate is wholly shut or open.</summary>
        private const float Far = 1e4f;

        internal override int StateCount => 2;

        internal override Tensor[] Zeros(Tensor step)
        {
            var none = zeros(step.shape[0], Cell.Units, dtype: step.dtype);
            return [none, none];
        }

        internal override CellWalk Begin(Tensor step, Call call, RandomKey key) =>
            new Walk(Cell, Tensors(step, [step.shape[0], Cell.Units], eachGate: false, call, key));

        internal override (string Outputs, string[] States) WalkOnnx(OnnxGraph onnx, OnnxWalk walk) =>
            Walk(onnx, "LSTM", walk, [0, 3, 1, 2], [Cell.RecurrentActivation, Cell.Activation, Cell.Activation]);

        internal override bool HasKernel(Call call) =>
            !DropsState(call) && Cell is { Activation: Tanh, RecurrentActivation: Sigmoid };

        internal override (Tensor Outputs, Tensor[] States) RunKernel(
            Tensor x, ReadOnlySpan<Tensor> states, SequenceEnds? ends, bool wantStates, Call call, RandomKey key)
        {
            var tensors = Tensors(x[0], [], eachGate: false, call, key);
            var (dropped, kernel) = (tensors.Drop(x), tensors.Kernel);
            if (ends is not null && wantStates)
            {
                // One more feature, which shuts the input gate and opens the forget gate: so a carry stays as it was at its example's end.
                dropped = cat([dropped, ends.Over], -1);
                kernel = cat([kernel, cat([full(1, Cell.Units, -Far), full(1, Cell.Units, Far), zeros(1, 2 * Cell.Units)], -1).to_type(kernel.dtype)]);
            }

            Tensor[] weights = tensors.Bias is null ? [kernel.t(), tensors.Recurrent.t()]
                : [kernel.t(), tensors.Recurrent.t(), tensors.Bias, zeros_like(tensors.Bias)];
            var (y, h, c) = RecurrentKernels.Lstm(dropped, states[0], states[1], weights);
            return (y, [ends?.LastOf(y, states[0]) ?? h, c]);
        }
    }

    private sealed class Walk(LSTMCell cell, CellTensors tensors) : CellWalk
    {
        internal override Tensor Project(Tensor x) => tensors.TimesKernel(x, tensors.Bias);

        internal override (Tensor Output, Tensor[] States) Step(Tensor projected, ReadOnlySpan<Tensor> states)
        {
            var gates = tensors.TimesRecurrent(states[0], projected).chunk(4, -1);
            var (i, f, o) = (cell.RecurrentActivation.Apply(gates[0]), cell.RecurrentActivation.Apply(gates[1]), cell.RecurrentActivation.Apply(gates[3]));
            var c = (f * states[1]).addcmul_(i, cell.Activation.Apply(gates[2]), 1); // [batch, units]
            var h = o * cell.Activation.Apply(c);
            return (h, [h, c]);
        }
    }
}
