using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>A cell made of tensors.</summary>
internal abstract class CellModule : LayerModule
{
    /// <summary>How many states it has.</summary>
    internal abstract int StateCount { get; }

    /// <summary>The states before the first step: zeros.</summary>
    /// <param name="step">One item of the sequence, <c>[batch, …]</c>.</param>
    internal abstract Tensor[] Zeros(Tensor step);

    /// <summary>Begins a walk along a sequence, or a single step.</summary>
    /// <param name="step">One item of the sequence, <c>[batch, …]</c>; only its shape and type matter.</param>
    /// <param name="call">How the layer is called.</param>
    /// <param name="key">Where random numbers come from.</param>
    internal abstract CellWalk Begin(Tensor step, Call call, RandomKey key);

    /// <summary>Whether one operation of libtorch can do a whole sequence in this call.</summary>
    internal virtual bool HasKernel(Call call) => false;

    /// <summary>Does a whole sequence in one operation of libtorch; only where it has such a kernel.</summary>
    /// <param name="x">The sequence, <c>[time, batch, features]</c>.</param>
    /// <param name="states">The states before the first step, <c>[batch, units]</c>.</param>
    /// <param name="ends">Where each example ends; null when all end together.</param>
    /// <param name="wantStates">Whether the states after the last step are wanted.</param>
    /// <param name="call">How the layer is called.</param>
    /// <param name="key">Where random numbers come from.</param>
    /// <returns>The outputs, <c>[time, batch, units]</c>, and the states after the last step of each example.</returns>
    internal virtual (Tensor Outputs, Tensor[] States) RunKernel(
        Tensor x, ReadOnlySpan<Tensor> states, SequenceEnds? ends, bool wantStates, Call call, RandomKey key) => throw new NotSupportedException();

    /// <summary>Says in ONNX the cell's walk over a sequence.</summary>
    /// <returns>The outputs of all steps, each at the place of its input, and the states at the end.</returns>
    internal virtual (string Outputs, string[] States) WalkOnnx(OnnxGraph onnx, OnnxWalk walk) =>
        throw onnx.Refuse("its cell has no operator there");

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
    {
        var step = inputs[0].Spec;
        var sequence = step.With(new Shape([step.Shape[0], 1, .. step.Shape.Skip(1)]));
        var (outputs, states) = WalkOnnx(
            onnx, new OnnxWalk(onnx.Unsqueeze(onnx.Float(inputs[0]), 0), sequence, [.. inputs.Skip(1).Select(onnx.Float)], Backwards: false, Lengths: null));
        return [onnx.Squeeze(outputs, 0), .. states.Select(state => (OnnxOutput)state)];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
    {
        var x = call.Cast(inputs[0]);
        var walk = Begin(x, call, call.Key);
        Tensor[] states = inputs.Count > 1 ? [.. inputs.Skip(1).Select(call.Cast)] : Zeros(x);
        var (output, next) = walk.Step(walk.Project(x), states);
        return [output, .. next];
    }
}

/// <summary>One walk of a cell along a sequence: weights and dropout masks, which stay the same for all its steps.</summary>
internal abstract class CellWalk
{
    /// <summary>The input's own share of one step, <c>[batch, …]</c>, or of all steps at once, <c>[time, batch, …]</c>.</summary>
    internal abstract Tensor Project(Tensor x);

    /// <summary>One step: the output and the new states.</summary>
    /// <param name="projected">The input's share of the step.</param>
    /// <param name="states">The states before the step.</param>
    internal abstract (Tensor Output, Tensor[] States) Step(Tensor projected, ReadOnlySpan<Tensor> states);
}
