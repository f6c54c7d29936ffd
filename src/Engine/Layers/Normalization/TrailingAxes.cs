using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>How a layer normalizes any axes with functions that know the last ones only.</summary>
internal static class TrailingAxes
{
    /// <summary>The lengths of axes of an input, in the order of the axes.</summary>
    /// <exception cref="ShapeException">An axis is not there, is given twice, or has an unknown length.</exception>
    internal static long[] Shape(Spec input, IReadOnlyList<int> axes) =>
        [.. input.NeedAxes(axes).Select(axis => input.NeedAxis(axis, $"the length of axis {axis}"))];

    /// <summary>Applies a function to a view whose last axes are these, and puts them back.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The axes, in order.</param>
    /// <param name="function">What is applied; its result has the view's shape.</param>
    internal static Tensor Apply(Tensor x, int[] axes, Func<Tensor, Tensor> function)
    {
        var first = (int)x.dim() - axes.Length;
        if (axes.Length == 0 || axes[0] == first)
        {
            return function(x);
        }

        var here = Array.ConvertAll(axes, axis => (long)axis);
        var last = Array.ConvertAll([.. Enumerable.Range(first, axes.Length)], axis => (long)axis);
        return function(x.movedim(here, last)).movedim(last, here);
    }

    /// <summary>Says a function of the last axes in ONNX, when the axes meant are elsewhere too.</summary>
    internal static string WriteOnnx(OnnxGraph onnx, string x, int rank, int[] axes, Func<string, string> function)
    {
        long[] order = [.. Enumerable.Range(0, rank).Except(axes).Select(axis => (long)axis), .. axes.Select(axis => (long)axis)];
        return onnx.Turn(function(onnx.Turn(x, order)), [.. order.Select((_, axis) => (long)Array.IndexOf(order, axis))]);
    }
}
