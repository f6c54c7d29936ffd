using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Layers.Recurrent;

/// <summary>A <see cref="StepMask"/> in ONNX: steps that count are put first, walked up to each example's length, and put back.</summary>
internal sealed class OnnxStepMask
{
    private readonly string _mask; // [batch, time]
    private readonly string _order; // where the steps in the order of walking come from, [batch, time, 1]
    private readonly string _place; // which of those shows at each step, [batch, time, 1]
    private readonly string _empty; // where no step has counted so far, [batch, time]

    private OnnxStepMask(string mask, string lengths, string order, string place, string empty) =>
        (_mask, Lengths, _order, _place, _empty) = (mask, lengths, order, place, empty);

    /// <summary>How many steps of each example count, <c>[batch]</c>, int32.</summary>
    internal string Lengths { get; }

    /// <summary>Says a mask's figures.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="mask">True where a step counts, <c>[batch, time]</c>.</param>
    /// <param name="backwards">Whether the last step is walked first.</param>
    internal static OnnxStepMask Write(OnnxGraph onnx, string mask, bool backwards)
    {
        var counts = onnx.Cast(mask, DataType.Int64);
        var total = onnx.Sum(counts, keep: true, 1); // [batch, 1]
        var upTo = onnx.Add("CumSum", [counts, onnx.Constant("whole number/1", TorchSharp.torch.tensor(1L))]);
        var length = onnx.ShapeOf(mask, 1, 2);
        var steps = onnx.Add("Range", [onnx.Constant("whole number/0", TorchSharp.torch.tensor(0L)), onnx.Squeeze(length, 0), onnx.Constant("whole number/1", TorchSharp.torch.tensor(1L))]);
        var rank = onnx.Add("Where", [mask, onnx.Add("Sub", [length, steps]), onnx.Add("Neg", [steps])]); // those that count first, in order
        var order = onnx.Add("TopK", 2, [rank, length], ("axis", 1L))[1];
        var place = onnx.Add("Sub", [upTo, backwards ? counts : onnx.Whole(1)]);
        var empty = backwards ? onnx.Add("Not", [onnx.Add("Less", [place, total])]) : onnx.Add("Less", [place, onnx.Whole(0)]);
        return new OnnxStepMask(
            mask,
            onnx.Cast(onnx.Squeeze(total, 1), DataType.Int32),
            onnx.Unsqueeze(order, -1),
            onnx.Unsqueeze(onnx.Add("Max", [place, onnx.Whole(0)]), -1),
            empty);
    }

    /// <summary>The steps that count one after another, each example from the start: <c>[batch, time, features]</c>.</summary>
    internal string Gather(OnnxGraph onnx, string x) => onnx.Add("GatherND", [x, _order], ("batch_dims", 1L));

    /// <summary>The outputs at the places of their inputs; a step that does not count shows the last that did, or zeros.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="y">The outputs of the gathered steps, <c>[batch, time, units]</c>.</param>
    /// <param name="zeros">Whether steps that do not count give zeros.</param>
    internal string Scatter(OnnxGraph onnx, string y, bool zeros)
    {
        var none = zeros ? onnx.Add("Or", [_empty, onnx.Add("Not", [_mask])]) : _empty;
        return onnx.Add("Where", [onnx.Unsqueeze(none, -1), onnx.Number(0), onnx.Add("GatherND", [y, _place], ("batch_dims", 1L))]);
    }

    /// <summary>A state after the walk, which is as before where no step counts.</summary>
    internal string StateAfter(OnnxGraph onnx, string before, string after)
    {
        var still = onnx.Add("Equal", [Lengths, onnx.Constant("whole number/int32/0", TorchSharp.torch.tensor(0))]);
        return onnx.Add("Where", [onnx.Unsqueeze(still, 1), before, after]);
    }
}
