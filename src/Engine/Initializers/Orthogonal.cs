using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>A random orthogonal matrix times a gain; more than two axes are taken as a matrix <c>[…, last]</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.Orthogonal</c>; Saxe, McClelland and Ganguli (2013).</remarks>
[KerasName("Orthogonal", "orthogonal", "OrthogonalInitializer")]
public sealed record Orthogonal : RandomInitializer
{
    /// <summary>What the matrix is multiplied by.</summary>
    public double Gain { get; init; } = 1;

    /// <inheritdoc/>
    protected override Tensor Draw(long[] shape, RandomKey key)
    {
        if (shape.Length < 2)
        {
            throw new ShapeException($"cannot start with Orthogonal a weight of {shape.Length} axes; it needs two");
        }

        var columns = shape[^1];
        var rows = shape.SkipLast(1).Aggregate(1L, (product, length) => product * length);
        var (q, r) = linalg.qr(Normal([Math.Max(rows, columns), Math.Min(rows, columns)], 0, 1, key));
        q = q.mul_(r.diagonal().sign()); // so that every orthogonal matrix is equally probable
        return (rows < columns ? q.t() : q).reshape(shape).mul(Gain);
    }
}
