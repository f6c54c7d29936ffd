using ExperimentRunner.Engine.Activations;
using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Layers.Convolutional;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>One step of a convolutional LSTM: that of an LSTM with convolutions in place of the products.</summary>
/// <remarks>
/// Shape: <c>[batch, …, channels]</c> becomes <c>[batch, …, filters]</c> and the new states <c>h</c> and <c>c</c>, of the same shape.
/// Weights: <c>kernel […, channels, 4·filters]</c>, <c>recurrent_kernel […, filters, 4·filters]</c>, <c>bias [4·filters]</c>.
/// Source: Keras 3, <c>keras.layers.ConvLSTM2D</c>, whose cell it is; Keras has no public name for it.
/// </remarks>
internal sealed record ConvLSTMCell : WeightedCell
{
    /// <summary>How many channels come out.</summary>
    public required int Filters { get; init; }

    /// <summary>The window over the input.</summary>
    [NotAnOption]
    public required Window Window { get; init; }

    /// <summary>Where the channels stand.</summary>
    public Channels? DataFormat { get; init; }

    /// <summary>Applied to the gates.</summary>
    public Activation RecurrentActivation { get; init; } = new Sigmoid();

    /// <summary>Whether the forget gate's bias starts at one.</summary>
    public bool UnitForgetBias { get; init; } = true;

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> States(Spec step)
    {
        var state = Window.Over(step, DataFormat, Filters);
        step.NeedAxis(Space.ChannelAxis(DataFormat), "the number of channels");
        return [state, state];
    }

    /// <inheritdoc/>
    private protected override CellModule Build(Spec step, BuildContext context)
    {
        IEnumerable<long> sizes = Window.Sizes.Select(size => (long)size);
        var channels = step.Shape[Space.ChannelAxis(DataFormat)]!.Value;
        return new Module(this, Weights(context, [.. sizes, channels, 4 * Filters], [.. sizes, Filters, 4 * Filters], [4 * Filters], UnitForgetBias));
    }

    /// <summary>The window over the state, whose shape stays.</summary>
    private static Window StateWindow(ConvLSTMCell cell) => Window.Dense(cell.Window.Sizes, [.. cell.Window.Sizes.Select(_ => 1)], Padding.Same);

    private sealed class Module(ConvLSTMCell cell, CellWeights weights) : WeightedCellModule<ConvLSTMCell>(cell, weights, 4)
    {
        internal override int StateCount => 2;

        internal override Tensor[] Zeros(Tensor step)
        {
            var none = zeros(StateShape(step), dtype: step.dtype);
            return [none, none];
        }

        internal override CellWalk Begin(Tensor step, Call call, RandomKey key) =>
            new Walk(Cell, Tensors(step, StateShape(step), eachGate: true, call, key));

        internal override (string Outputs, string[] States) WalkOnnx(OnnxGraph onnx, OnnxWalk walk)
        {
            var count = walk.Sequence.Shape[1] ?? throw onnx.Refuse("the number of its steps is not known");
            if (Cell is { Activation: AxisActivation } or { RecurrentActivation: AxisActivation })
            {
                throw onnx.Refuse("its activation looks at a whole axis");
            }

            var (rank, format) = (Cell.Window.Rank, Cell.DataFormat);
            var step = new Spec(new Shape(walk.Sequence.Shape.Where((_, axis) => axis != 1)));
            var (state, axis) = (new Spec(Cell.States(step)[0]), Space.ChannelAxis(format));
            var (input, recurrent) = (new Convolver(Cell.Window, format), new Convolver(StateWindow(Cell), format));
            var (h, c) = walk.States is [var first, var second] ? (first, OnnxSpace.In(onnx, second, format, rank)) : (null, null);
            var outputs = new string[count];
            for (var i = 0L; i < count; i++)
            {
                var at = walk.Backwards ? count - 1 - i : i;
                var x = onnx.Squeeze(onnx.Slice(walk.Steps, 0, at, at + 1), 0);
                var sum = input.WriteOnnx(onnx, new OnnxValue(x, step), Kernel.Path, Kernel.Value, Bias); // [batch, channels, …]
                sum = h is null ? sum : onnx.Plus(sum, recurrent.WriteOnnx(onnx, new OnnxValue(h, state), Recurrent.Path, Recurrent.Value, null));
                var gates = onnx.Add("Split", 4, [sum], ("axis", 1L));
                var shape = state.Shape.With(axis, null);
                string Gate(int gate) => onnx.Activate(Cell.RecurrentActivation, gates[gate], shape);

                var learned = onnx.Times(Gate(0), onnx.Activate(Cell.Activation, gates[2], shape));
                c = c is null ? learned : onnx.Plus(onnx.Times(Gate(1), c), learned);
                h = OnnxSpace.Out(onnx, onnx.Times(Gate(3), onnx.Activate(Cell.Activation, c, shape)), format, rank);
                outputs[at] = onnx.Unsqueeze(h, 0);
            }

            return (onnx.Add("Concat", outputs, ("axis", 0L)), [h!, OnnxSpace.Out(onnx, c!, format, rank)]);
        }

        private long[] StateShape(Tensor step) =>
            Cell.Window.Over(new Spec(new Shape(step.shape.Select(length => (long?)length))), Cell.DataFormat, Cell.Filters).Known();
    }

    private sealed class Walk : CellWalk
    {
        private readonly ConvLSTMCell _cell;
        private readonly CellTensors _tensors;
        private readonly Convolver _input;
        private readonly Convolver _state;
        private readonly int _channels;

        internal Walk(ConvLSTMCell cell, CellTensors tensors)
        {
            (_cell, _tensors) = (cell, tensors);
            _input = new Convolver(cell.Window, cell.DataFormat);
            _state = new Convolver(StateWindow(cell), cell.DataFormat);
            _channels = Space.ChannelAxis(cell.DataFormat);
        }

        internal override Tensor Project(Tensor x)
        {
            var together = x.dim() > _cell.Window.Rank + 2; // [time, batch, …]
            var y = Convolve(_input, x, _tensors.InputMasks, _tensors.Kernel, _tensors.Bias);
            return together ? y.unflatten(0, x.shape[0], x.shape[1]) : y;
        }

        internal override (Tensor Output, Tensor[] States) Step(Tensor projected, ReadOnlySpan<Tensor> states)
        {
            var gates = Convolve(_state, states[0], _tensors.StateMasks, _tensors.Recurrent, null).add_(projected).chunk(4, _channels);
            var (i, f, o) = (_cell.RecurrentActivation.Apply(gates[0]), _cell.RecurrentActivation.Apply(gates[1]), _cell.RecurrentActivation.Apply(gates[3]));
            var c = (f * states[1]).addcmul_(i, _cell.Activation.Apply(gates[2]), 1); // [batch, …, filters]
            var h = o * _cell.Activation.Apply(c);
            return (h, [h, c]);
        }

        private Tensor Convolve(Convolver convolver, Tensor x, Tensor[]? masks, Tensor kernel, Tensor? bias)
        {
            Tensor Batch(Tensor values) => values.dim() > _cell.Window.Rank + 2 ? values.flatten(0, 1) : values;
            if (masks is null)
            {
                return convolver.Convolve(Batch(x), kernel, bias);
            }

            var (kernels, biases) = (kernel.chunk(masks.Length, -1), bias?.chunk(masks.Length));
            return cat([.. masks.Select((mask, gate) => convolver.Convolve(Batch(x * mask), kernels[gate], biases?[gate]))], _channels);
        }
    }
}
