using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Normalization;

/// <summary>Makes vectors of length 1.</summary>
internal static class Unit
{
    /// <summary>The tensor divided by the root of the sum of its squares.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axes">The axes along which the squares are summed.</param>
    /// <param name="least">The least length that is divided by.</param>
    internal static Tensor Length(Tensor x, long[] axes, double least = 1e-7) =>
        x * x.square().sum(axes, keepdim: true).clamp_min(least * least).rsqrt();

    /// <summary>Says in ONNX vectors of length 1.</summary>
    internal static string WriteOnnx(OnnxGraph onnx, string x, IReadOnlyList<long> axes, double least = 1e-7)
    {
        var squares = onnx.Sum(onnx.Times(x, x), keep: true, axes);
        return onnx.Add("Div", [x, onnx.Add("Sqrt", [onnx.Add("Max", [squares, onnx.Number(least * least)])])]);
    }
}
