using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Saving.Onnx;

/// <summary>What ONNX wants of layers that look at space: channels first, and windows in its own words.</summary>
internal static class OnnxSpace
{
    /// <summary>Channels before space, as ONNX has them.</summary>
    internal static string In(OnnxGraph onnx, string x, Channels? format, int rank) => format is Channels.First ? x
        : onnx.Turn(x, [0, rank + 1, .. Enumerable.Range(1, rank).Select(axis => (long)axis)]);

    /// <summary>Channels where the layer has them.</summary>
    internal static string Out(OnnxGraph onnx, string y, Channels? format, int rank) => format is Channels.First ? y
        : onnx.Turn(y, [0, .. Enumerable.Range(2, rank).Select(axis => (long)axis), 1]);

    /// <summary>What ONNX's windows are told: sizes, steps and how the ends are padded.</summary>
    internal static (string Name, object Value)[] Attributes(Window window, Spec input, Channels? format)
    {
        var lengths = Enumerable.Range(Space.FirstAxis(format), window.Rank).Select(axis => input.Shape[axis]).ToArray();
        (string Name, object Value)[] sizes = [("kernel_shape", Longs(window.Sizes)), ("strides", Longs(window.Strides))];
        if (window.Padding == TimePadding.Same && lengths.Contains(null))
        {
            return [.. sizes, ("auto_pad", "SAME_UPPER")];
        }

        var pads = lengths.Select((length, axis) => window.PaddingOf(length ?? 0, axis)).ToArray();
        return [.. sizes, ("pads", (long[])[.. pads.Select(pad => pad.Before), .. pads.Select(pad => pad.After)])];
    }

    /// <summary>The products of a matrix and the values along one axis.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="rank">How many axes it has.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="matrix"><c>[new length, length]</c>.</param>
    internal static string Along(OnnxGraph onnx, string x, int rank, int axis, Tensor matrix)
    {
        var swap = Enumerable.Range(0, rank).Select(at => (long)(at == axis ? rank - 1 : at == rank - 1 ? axis : at)).ToArray();
        return onnx.Turn(onnx.Add("MatMul", [onnx.Turn(x, swap), onnx.Fixed("along", matrix.t())]), swap);
    }

    /// <summary>Whole numbers as ONNX takes them.</summary>
    internal static long[] Longs(IEnumerable<int> numbers) => [.. numbers.Select(number => (long)number)];
}
