using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Reshaping;

/// <summary>What UpSampling1D, UpSampling2D and UpSampling3D share.</summary>
public abstract record UpSampling : SpatialLayer
{
    /// <summary>How many times as long each axis of space becomes.</summary>
    private protected abstract IReadOnlyList<int> Factors { get; }

    /// <summary>What makes the output of the input: repeats each value, unless the layer says otherwise.</summary>
    private protected virtual Func<Tensor, Tensor> Sampling => x => Space.Out(
        nn.functional.interpolate(Space.In(x, DataFormat), NewLengths(x), mode: InterpolationMode.Nearest), DataFormat, Factors.Count);

    /// <inheritdoc/>
    protected sealed override Spec Infer(Spec input)
    {
        var shape = input.NeedExactRank(Factors.Count + 2).Shape;
        for (var axis = 0; axis < Factors.Count; axis++)
        {
            var at = axis + Space.FirstAxis(DataFormat);
            shape = shape.With(at, shape[at] * Factors[axis]);
        }

        return new Spec(shape);
    }

    /// <inheritdoc/>
    protected sealed override UnaryModule Build(Spec input, BuildContext context)
    {
        var sampling = Sampling;
        return new FunctionModule((x, call) => sampling(call.Cast(x)), WriteOnnx);
    }

    /// <summary>The mode of ONNX's Resize that does the same; null when none does, and <see cref="Resampler"/> makes up new values.</summary>
    private protected virtual string? OnnxMode => "nearest";

    /// <summary>Makes up new values where libtorch does not; null where it does.</summary>
    private protected virtual Resampler? Resampler => null;

    private string WriteOnnx(OnnxGraph onnx, OnnxValue x)
    {
        if (OnnxMode is not { } mode)
        {
            var (z, first) = (onnx.Float(x), Space.FirstAxis(DataFormat));
            foreach (var (axis, factor) in Factors.Index())
            {
                z = Resampler!.WriteOnnx(onnx, z, x.Spec.Shape, axis + first, (x.Spec.Shape[axis + first] ?? 0) * factor);
            }

            return z;
        }

        float[] scales = [1, 1, .. Factors.Select(factor => (float)factor)];
        var y = onnx.Add(
            "Resize",
            [OnnxSpace.In(onnx, onnx.Float(x), DataFormat, Factors.Count), "", onnx.Constant($"scales/{string.Join(",", scales)}", tensor(scales))],
            ("mode", mode),
            ("coordinate_transformation_mode", mode == "nearest" ? "asymmetric" : "half_pixel"),
            ("nearest_mode", "floor"));
        return OnnxSpace.Out(onnx, y, DataFormat, Factors.Count);
    }

    /// <summary>The new lengths of the axes of space, of which libtorch has at least two.</summary>
    private protected long[] NewLengths(Tensor x)
    {
        var lengths = x.shape.AsSpan(Space.FirstAxis(DataFormat), Factors.Count);
        var news = Space.PerAxis(Factors, 1);
        for (var axis = 0; axis < lengths.Length; axis++)
        {
            news[^(lengths.Length - axis)] *= lengths[axis];
        }

        return news;
    }
}
