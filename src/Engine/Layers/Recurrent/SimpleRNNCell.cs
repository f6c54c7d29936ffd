using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>One step of a plain recurrent network: <c>h = activation(x·kernel + h·recurrent_kernel + bias)</c>; the output is the state.</summary>
/// <remarks>
/// Shape: <c>[batch, features]</c> becomes <c>[batch, units]</c> and the new state, <c>[batch, units]</c>.
/// Weights: <c>kernel [features, units]</c>, <c>recurrent_kernel [units, units]</c>, <c>bias [units]</c>, as Keras saves them.
/// Errors: the number of features must be known.
/// Source: Keras 3, <c>keras.layers.SimpleRNNCell</c>.
/// </remarks>
/// <example>SimpleRNNCell: { units: 32 }</example>
[KerasName("SimpleRNNCell")]
public sealed record SimpleRNNCell : WeightedCell
{
    /// <summary>Length of the state and the output.</summary>
    [AtLeast(1)]
    public required int Units { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> States(Spec step)
    {
        step.NeedExactRank(2).NeedAxis(-1, "the number of features");
        return [new Shape(step.Shape[0], Units)];
    }

    /// <inheritdoc/>
    private protected override CellModule Build(Spec step, BuildContext context) =>
        new Module(this, Weights(context, [step.Shape.Last!.Value, Units], [Units, Units], [Units]));

    private sealed class Module(SimpleRNNCell cell, CellWeights weights) : WeightedCellModule<SimpleRNNCell>(cell, weights, 1)
    {
        internal override int StateCount => 1;

        internal override Tensor[] Zeros(Tensor step) => [zeros(step.shape[0], Cell.Units, dtype: step.dtype)];

        internal override CellWalk Begin(Tensor step, Call call, RandomKey key) =>
            new Walk(Cell, Tensors(step, [step.shape[0], Cell.Units], eachGate: false, call, key));

        internal override (string Outputs, string[] States) WalkOnnx(OnnxGraph onnx, OnnxWalk walk) =>
            Walk(onnx, "RNN", walk, [0], [Cell.Activation]);

        internal override bool HasKernel(Call call) =>
            !DropsState(call) && Cell.Activation is Tanh or Relu { NegativeSlope: 0, MaxValue: null, Threshold: 0 };

        internal override (Tensor Outputs, Tensor[] States) RunKernel(
            Tensor x, ReadOnlySpan<Tensor> states, SequenceEnds? ends, bool wantStates, Call call, RandomKey key)
        {
            var tensors = Tensors(x[0], [], eachGate: false, call, key);
            Tensor[] weights = tensors.Bias is null ? [tensors.Kernel.t(), tensors.Recurrent.t()]
                : [tensors.Kernel.t(), tensors.Recurrent.t(), tensors.Bias, zeros_like(tensors.Bias)];
            var (y, h) = Cell.Activation is Tanh
                ? RecurrentKernels.Tanh(tensors.Drop(x), states[0], weights)
                : RecurrentKernels.Relu(tensors.Drop(x), states[0], weights);
            return (y, [ends?.LastOf(y, states[0]) ?? h]);
        }
    }

    private sealed class Walk(SimpleRNNCell cell, CellTensors tensors) : CellWalk
    {
        internal override Tensor Project(Tensor x) => tensors.TimesKernel(x, tensors.Bias);

        internal override (Tensor Output, Tensor[] States) Step(Tensor projected, ReadOnlySpan<Tensor> states)
        {
            var h = cell.Activation.Apply(tensors.TimesRecurrent(states[0], projected)); // [batch, units]
            return (h, [h]);
        }
    }
}
