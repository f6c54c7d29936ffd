using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Pooling;

/// <summary>What the layers share that pool to a given size: all but the number of axes.</summary>
public abstract record AdaptivePooling : SpatialLayer
{
    /// <summary>The lengths of the output's axes of space.</summary>
    private protected abstract IReadOnlyList<int> Sizes { get; }

    /// <summary>Whether the greatest value is taken, or the mean.</summary>
    private protected abstract bool TakesMax { get; }

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        var shape = input.NeedExactRank(Sizes.Count + 2).Shape;
        for (var axis = 0; axis < Sizes.Count; axis++)
        {
            shape = shape.With(axis + Space.FirstAxis(DataFormat), Sizes[axis]);
        }

        return new Spec(shape);
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var (sizes, rank, format) = (Space.PerAxis(Sizes, 1), Sizes.Count, DataFormat);
        Func<Tensor, Tensor> pool = (TakesMax, sizes.Length) switch
        {
            (true, 2) => x => nn.functional.adaptive_max_pool2d(x, sizes),
            (true, _) => x => Max3D(x, sizes),
            (false, 2) => x => nn.functional.adaptive_avg_pool2d(x, sizes),
            _ => x => nn.functional.adaptive_avg_pool3d(x, sizes),
        };
        return new FunctionModule((x, call) => Space.Out(pool(Space.In(call.Cast(x), format)), format, rank), WriteOnnx);
    }

    private string WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        var lengths = x.Spec.Shape.Slice(Space.FirstAxis(DataFormat), Sizes.Count);
        if (lengths.Zip(Sizes).Any(axis => axis.First is not { } length || length % axis.Second != 0))
        {
            throw onnx.Refuse("its windows differ in size");
        }

        long[] windows = [.. lengths.Zip(Sizes, (length, size) => length!.Value / size)];
        var y = onnx.Add(TakesMax ? "MaxPool" : "AveragePool", [OnnxSpace.In(onnx, onnx.Float(x), DataFormat, Sizes.Count)], ("kernel_shape", windows), ("strides", windows));
        return OnnxSpace.Out(onnx, y, DataFormat, Sizes.Count);
    }

    /// <summary>Over height and width, then over depth: TorchSharp 0.107.0 takes three axes for one, and refuses.</summary>
    private static Tensor Max3D(Tensor x, long[] sizes)
    {
        var slices = nn.functional.adaptive_max_pool2d(x.transpose(1, 2).flatten(0, 1), sizes[1..]); // [batch · depth, channels, h, w]
        var stacked = slices.unflatten(0, [x.shape[0], x.shape[2]]).transpose(1, 2).flatten(3, 4); // [batch, channels, depth, h · w]
        return nn.functional.adaptive_max_pool2d(stacked, [sizes[0], sizes[1] * sizes[2]]).unflatten(3, sizes[1..]);
    }
}
