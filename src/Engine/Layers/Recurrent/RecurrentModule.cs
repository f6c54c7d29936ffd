using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>Walks a cell along sequences: by one operation of libtorch where it has one for the cell, else step by step.</summary>
internal sealed class RecurrentModule : LayerModule
{
    private readonly RecurrentLayer _layer;
    private readonly CellModule _cell;

    internal RecurrentModule(RecurrentLayer layer, CellModule cell, IEnumerable<StateTensor> kept)
    {
        _layer = layer;
        _cell = Own("cell", cell);
        foreach (var state in kept)
        {
            Own(state);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor?> OutputMasks(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, int outputCount)
    {
        var all = new Tensor?[outputCount];
        all[0] = _layer.ReturnSequences ? masks[0] : null;
        return all;
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<OnnxOutput> WriteOnnx(OnnxGraph onnx, IReadOnlyList<OnnxValue> inputs, CallOptions options)
    {
        var (sequence, mask) = (inputs[0].Spec, inputs[0].Mask is null ? null : OnnxStepMask.Write(onnx, inputs[0].Mask!, _layer.GoBackwards));
        if (_layer.Stateful || (mask is not null && sequence.Rank != 3))
        {
            throw onnx.Refuse(_layer.Stateful ? "it keeps its state" : "it looks at a mask, and its steps have more than one axis");
        }

        long[] order = [1, 0, .. Enumerable.Range(2, sequence.Rank - 2).Select(axis => (long)axis)];
        var x = onnx.Float(inputs[0]);
        var steps = onnx.Turn(mask?.Gather(onnx, x) ?? x, order); // [time, batch, …]
        string[] before = [.. inputs.Skip(1).Select(onnx.Float)];
        var (all, states) = _cell.WalkOnnx(onnx, new OnnxWalk(steps, sequence, before, _layer.GoBackwards, mask?.Lengths));
        all = mask is null ? all : onnx.Turn(mask.Scatter(onnx, onnx.Turn(all, order), _layer.ZeroOutputForMask), order);
        var output = _layer.ReturnSequences
            ? onnx.Turn(_layer.GoBackwards ? onnx.Flip(all, 0) : all, order)
            : onnx.Squeeze(onnx.Slice(all, 0, _layer.GoBackwards ? 0 : -1, _layer.GoBackwards ? 1 : long.MaxValue), 0);
        var after = mask is null ? states : states.Select((state, i) => mask.StateAfter(onnx, before.Length > 0 ? before[i] : onnx.Number(0), state));
        return [new OnnxOutput(output, _layer.ReturnSequences ? inputs[0].Mask : null), .. _layer.ReturnState ? after.Select(state => (OnnxOutput)state) : []];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Compute(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor?> masks, Call call)
    {
        var x = call.Cast(inputs[0]); // [batch, time, …]
        var mask = StepMask.Read(masks[0], _layer.GoBackwards);
        Tensor[] states = inputs.Count > 1 ? [.. inputs.Skip(1).Select(call.Cast)] : StatesBefore(x, call);
        var (output, next) = _cell.HasKernel(call) ? AtOnce(x, states, mask, call) : StepByStep(x, states, mask, call);
        for (var i = 0; i < State.Count; i++)
        {
            State[i].Set(call.ModelTraining, next[i]);
        }

        return _layer.ReturnState ? [output, .. next] : [output];
    }

    private Tensor[] StatesBefore(Tensor x, Call call)
    {
        var states = _cell.Zeros(x.select(1, 0));
        for (var i = 0; i < State.Count; i++)
        {
            if (x.shape[0] != State[i].Shape[0])
            {
                throw new InvalidOperationException($"{State[i].Path} holds the states of {State[i].Shape[0]} examples, but a batch has {x.shape[0]}.");
            }

            states[i] = State[i].Get(call.ModelTraining) is { } kept ? call.Cast(kept) : states[i];
        }

        return states;
    }

    private (Tensor Output, Tensor[] States) AtOnce(Tensor x, Tensor[] states, StepMask? mask, Call call)
    {
        var wantStates = _layer.ReturnState || _layer.Stateful;
        if (mask is null)
        {
            var steps = (_layer.GoBackwards ? x.flip(1) : x).transpose(0, 1); // [time, batch, features]
            var (all, last) = _cell.RunKernel(steps, states, null, wantStates, call, call.Key);
            return (_layer.ReturnSequences ? all.transpose(0, 1) : all.select(0, -1), last);
        }

        var (y, next) = _cell.RunKernel(mask.Gather(x), states, mask.Ends(x.dtype), wantStates, call, call.Key); // [steps, batch, units]
        return (_layer.ReturnSequences ? mask.Scatter(y, _layer.ZeroOutputForMask) : mask.Final(y, _layer.ZeroOutputForMask), next);
    }

    private (Tensor Output, Tensor[] States) StepByStep(Tensor x, Tensor[] states, StepMask? mask, Call call)
    {
        var walk = _cell.Begin(x.select(1, 0), call, call.Key);
        var projected = walk.Project(x.transpose(0, 1)).unbind(0); // [batch, …] for each step
        if (_layer.GoBackwards)
        {
            Array.Reverse(projected);
        }

        var masks = mask?.Steps();
        var outputs = new List<Tensor>(_layer.ReturnSequences ? projected.Length : 1);
        for (var t = 0; t < projected.Length; t++)
        {
            var (output, next) = walk.Step(projected[t], states);
            if (masks?[t] is { } counts)
            {
                for (var i = 0; i < next.Length; i++)
                {
                    next[i] = where(Beside(counts, next[i]), next[i], states[i]);
                }

                output = where(Beside(counts, output), output, _layer.ZeroOutputForMask || outputs.Count == 0 ? zeros_like(output) : outputs[^1]);
            }

            if (!_layer.ReturnSequences)
            {
                outputs.Clear();
            }

            outputs.Add(output);
            states = next;
        }

        return (_layer.ReturnSequences ? stack(outputs, 1) : outputs[0], states);
    }

    /// <summary>A mask of examples with as many axes as a tensor.</summary>
    private static Tensor Beside(Tensor mask, Tensor values) => mask.view([-1, .. Enumerable.Repeat(1L, (int)values.dim() - 1)]);
}
