using System.Collections.Concurrent;
using ExperimentRunner.Engine.Saving.Onnx;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>Makes an axis of a tensor longer or shorter by interpolation, axis by axis, pixels being areas with their centers at ½.</summary>
/// <remarks>
/// Weights beyond the borders are left out, and the others made to sum to 1, as in Keras on JAX and in TensorFlow.
/// Source: JAX, <c>jax.image.resize</c>; Keys, "Cubic convolution interpolation for digital image processing" (1981).
/// </remarks>
/// <param name="interpolation">How values between pixels are made up.</param>
/// <param name="antialias">Whether shortening takes all pixels into account, not just the nearest few.</param>
public sealed class Resampler(Interpolation interpolation, bool antialias = false)
{
    private readonly ConcurrentDictionary<(long From, long To), float[]> _weights = new();

    /// <summary>The tensor with another length of one axis.</summary>
    public Tensor Resize(Tensor x, int axis, long length)
    {
        var shape = x.shape;
        axis = axis < 0 ? axis + shape.Length : axis;
        var from = shape[axis];
        if (from == length)
        {
            return x;
        }

        if (interpolation == Interpolation.Nearest)
        {
            return x.index_select(axis, tensor(Nearest(from, length)));
        }

        var weights = tensor(_weights.GetOrAdd((from, length), lengths => Weights(lengths.From, lengths.To)), [length, from], x.dtype);
        var before = shape.AsSpan(0, axis).ToArray().Aggregate(1L, (product, size) => product * size);
        var y = weights.matmul(x.reshape(before, from, -1)); // [before, length, after]
        shape[axis] = length;
        return y.reshape(shape);
    }

    /// <summary>Says the same in ONNX.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="axis">The axis, whose length must be known.</param>
    /// <param name="length">Its new length.</param>
    internal string WriteOnnx(OnnxGraph onnx, string x, Shape shape, int axis, long length)
    {
        var from = shape[axis] ?? throw onnx.Refuse("the size of its images is not known");
        return from == length ? x
            : interpolation == Interpolation.Nearest ? onnx.Add("Gather", [x, onnx.Fixed("pixels", tensor(Nearest(from, length)))], ("axis", (long)axis))
            : OnnxSpace.Along(onnx, x, shape.Rank, axis, tensor(Weights(from, length), [length, from]));
    }

    /// <summary>The index of the pixel in which each new pixel's center lies.</summary>
    private static long[] Nearest(long from, long to)
    {
        var indices = new long[to];
        for (var i = 0; i < to; i++)
        {
            indices[i] = (long)MathF.Floor((i + 0.5f) * from / to); // in float32, as JAX rounds
        }

        return indices;
    }

    /// <summary>What each pixel weighs in each new one: <c>[to, from]</c>, row by row.</summary>
    private float[] Weights(long from, long to)
    {
        var weights = new float[to * from];
        var step = (double)from / to;
        var widen = antialias ? Math.Max(step, 1) : 1;
        for (var i = 0L; i < to; i++)
        {
            var center = ((i + 0.5) * step) - 0.5;
            var row = weights.AsSpan((int)(i * from), (int)from);
            var sum = 0.0;
            for (var j = 0; j < row.Length; j++)
            {
                row[j] = (float)Kernel(Math.Abs(center - j) / widen);
                sum += row[j];
            }

            for (var j = 0; j < row.Length; j++)
            {
                row[j] = (float)(row[j] / sum);
            }
        }

        return weights;
    }

    /// <summary>The weight of a pixel at a distance.</summary>
    private double Kernel(double x) => interpolation switch
    {
        Interpolation.Bilinear => Math.Max(0, 1 - x),
        Interpolation.Bicubic => x >= 2 ? 0 : x >= 1 ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2 : (((1.5 * x) - 2.5) * x * x) + 1,
        Interpolation.Lanczos3 => Lanczos(x, 3),
        _ => Lanczos(x, 5),
    };

    private static double Lanczos(double x, double radius) => x > radius ? 0
        : x <= 1e-3 ? 1
        : radius * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / radius) / (Math.PI * Math.PI * x * x);
}
