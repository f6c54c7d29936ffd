using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>What ZeroPadding1D, ZeroPadding2D and ZeroPadding3D share: everything but the number of axes.</summary>
public abstract record ZeroPadding : SpatialLayer
{
    /// <summary>How many zeros there are before and after each axis of space.</summary>
    private protected abstract IReadOnlyList<IReadOnlyList<int>> Sides { get; }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        var shape = input.NeedExactRank(Sides.Count + 2).Shape;
        for (var axis = 0; axis < Sides.Count; axis++)
        {
            var at = axis + Space.FirstAxis(DataFormat);
            shape = shape.With(at, shape[at] + Sides[axis].Sum());
        }

        return input.With(shape);
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        long[] last = [.. Sides.Reverse().SelectMany(sides => sides).Select(side => (long)side)]; // libtorch names the last axis first
        long[] pads = DataFormat is Channels.First ? last : [0, 0, .. last];
        return new FunctionModule((x, _) => nn.functional.pad(x, pads, value: 0), WriteOnnx);
    }

    private string WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        var rank = x.Spec.Rank;
        var pads = new long[2 * rank];
        foreach (var (axis, sides) in Sides.Index())
        {
            (pads[axis + Space.FirstAxis(DataFormat)], pads[axis + Space.FirstAxis(DataFormat) + rank]) = (sides[0], sides[1]);
        }

        return onnx.Add("Pad", [onnx.Float(x), onnx.Whole(pads)]);
    }
}
