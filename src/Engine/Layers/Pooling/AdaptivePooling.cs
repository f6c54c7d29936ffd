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
        var (sizes, format, takesMax) = (Sizes, DataFormat, TakesMax);
        return new FunctionModule((x, call) => Pool(call.Cast(x), sizes, format, takesMax), WriteOnnx);
    }

    /// <summary>Pools a tensor to a size.</summary>
    internal static Tensor Pool(Tensor x, IReadOnlyList<int> output, Channels? format, bool takesMax)
    {
        var (view, sizes) = (Space.In(x, format), Space.PerAxis(output, 1)); // [batch, channels, …]
        var y = (takesMax, sizes.Length) switch
        {
            (true, 2) => nn.functional.adaptive_max_pool2d(view, sizes),
            (true, _) => Max3D(view, sizes),
            (false, 2) => nn.functional.adaptive_avg_pool2d(view, sizes),
            _ => nn.functional.adaptive_avg_pool3d(view, sizes),
        };
        return Space.Out(y, format, output.Count);
    }

    private string WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        var lengths = x.Spec.Shape.Slice(Space.FirstAxis(DataFormat), Sizes.Count);
        if (lengths.Any(length => length is null))
        {
            throw onnx.Refuse("the lengths of its input are not known");
        }

        var y = OnnxSpace.In(onnx, onnx.Float(x), DataFormat, Sizes.Count);
        if (lengths.Zip(Sizes).All(axis => axis.First % axis.Second == 0))
        {
            long[] windows = [.. lengths.Zip(Sizes, (length, size) => length!.Value / size)];
            y = onnx.Add(TakesMax ? "MaxPool" : "AveragePool", [y], ("kernel_shape", windows), ("strides", windows));
        }
        else
        {
            foreach (var (axis, size) in Sizes.Index())
            {
                y = WriteUneven(onnx, y, axis + 2, [.. Windows(lengths[axis]!.Value, size)], lengths[axis]!.Value);
            }
        }

        return OnnxSpace.Out(onnx, y, DataFormat, Sizes.Count);
    }

    /// <summary>One axis whose windows differ in size: the greatest of gathered values, or means by a matrix.</summary>
    private string WriteUneven(OnnxGraph onnx, string x, int axis, (long Start, long End)[] windows, long length)
    {
        if (TakesMax)
        {
            var longest = windows.Max(window => window.End - window.Start);
            long[] seen = [.. windows.SelectMany(window => Enumerable.Range(0, (int)longest).Select(i => Math.Min(window.Start + i, window.End - 1)))];
            var gathered = onnx.Add("Gather", [x, onnx.Fixed("windows", tensor(seen, [windows.Length, longest]))], ("axis", (long)axis));
            return onnx.Add("ReduceMax", [gathered], ("axes", (long[])[axis + 1]), ("keepdims", 0L));
        }

        var means = new float[windows.Length * length];
        foreach (var (place, (start, end)) in windows.Index())
        {
            means.AsSpan((int)((place * length) + start), (int)(end - start)).Fill(1f / (end - start));
        }

        return OnnxSpace.Along(onnx, x, Sizes.Count + 2, axis, tensor(means, [windows.Length, length]));
    }

    private static IEnumerable<(long Start, long End)> Windows(long length, long size)
    {
        for (var place = 0L; place < size; place++)
        {
            yield return (place * length / size, (((place + 1) * length) + size - 1) / size);
        }
    }

    /// <summary>Over height and width, then over depth: TorchSharp 0.107.0 takes three axes for one, and refuses.</summary>
    private static Tensor Max3D(Tensor x, long[] sizes)
    {
        var slices = nn.functional.adaptive_max_pool2d(x.transpose(1, 2).flatten(0, 1), sizes[1..]); // [batch · depth, channels, h, w]
        var stacked = slices.unflatten(0, [x.shape[0], x.shape[2]]).transpose(1, 2).flatten(3, 4); // [batch, channels, depth, h · w]
        return nn.functional.adaptive_max_pool2d(stacked, [sizes[0], sizes[1] * sizes[2]]).unflatten(3, sizes[1..]);
    }
}
