using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Shifts and scales to mean 0 and variance 1, by figures that are given or learned from data.</summary>
/// <remarks>
/// Shape: the output's is the input's. Type: float32.
/// <c>axis</c> names the axes that keep figures of their own; null has one figure for all.
/// Errors: without figures, given or learned, the layer cannot be used.
/// Source: Keras 3, <c>keras.layers.Normalization</c>.
/// </remarks>
/// <example>Normalization: { mean: 3.0, variance: 2.0 }</example>
[KerasName("Normalization")]
public sealed record Normalization : UnaryLayer, IAdapts
{
    private const double Least = 1e-7; // Keras's epsilon: the least standard deviation divided by

    /// <summary>The axes that keep figures of their own, the batch not among them; null is none.</summary>
    [OneOrMore]
    public IReadOnlyList<int>? Axis { get; init; } = [-1];

    /// <summary>The mean; one number, or one for each place along the axes.</summary>
    [OneOrMore]
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>The variance; one number, or one for each place along the axes.</summary>
    [OneOrMore]
    public IReadOnlyList<double>? Variance { get; init; }

    /// <summary>Whether the layer does the opposite: gives data of mean 0 and variance 1 their figures back.</summary>
    public bool Invert { get; init; }

    /// <inheritdoc/>
    [NotAnOption]
    public bool NeedsData => Mean is null;

    /// <inheritdoc/>
    public override MaskRule Masks => MaskRule.Passes;

    /// <inheritdoc/>
    public Layer Adapt(IEnumerable<Tensor> batches)
    {
        Tensor? sum = null, squares = null;
        var count = 0.0;
        long[] kept = [];
        foreach (var batch in batches)
        {
            var x = batch.to_type(ScalarType.Float64);
            kept = KeptAxes((int)x.dim());
            var over = Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis).Except(kept).ToArray();
            var (batchSum, batchSquares) = (x.sum(over), x.square().sum(over));
            sum = (sum is null ? batchSum : sum + batchSum).DetachFromDisposeScope();
            squares = (squares is null ? batchSquares : squares + batchSquares).DetachFromDisposeScope();
            count += over.Aggregate(1.0, (product, axis) => product * x.shape[axis]);
        }

        using var mean = (sum ?? throw new ShapeException("learns from data, and there are none")) / count;
        using var variance = (squares! / count) - mean.square();
        return this with { Mean = Numbers(mean), Variance = Numbers(variance.clamp_min(0)) };
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var size = Size(input);
        foreach (var numbers in new[] { Mean, Variance })
        {
            if (numbers is { Count: > 1 } && size is { } needed && numbers.Count != needed)
            {
                throw new ShapeException($"has {numbers.Count} figures, where its input needs {needed}: {input}");
            }
        }

        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        if (Mean is null || Variance is null)
        {
            throw new ShapeException("needs 'mean' and 'variance', or data to learn them from");
        }

        var shape = Enumerable.Repeat(1L, input.Rank).ToArray();
        foreach (var axis in KeptAxes(input.Rank))
        {
            shape[axis] = Mean.Count == 1 && Variance.Count == 1 ? 1 : input.Shape[(int)axis] ?? throw new ShapeException($"needs to know axis {axis} of its input {input}");
        }

        var (scale, offset) = Invert
            ? (Variance.Select(variance => Math.Max(Math.Sqrt(variance), Least)), Mean)
            : (Variance.Select(variance => 1 / Math.Max(Math.Sqrt(variance), Least)), Mean);
        float[] scales = [.. scale.Select(number => (float)number)], means = [.. offset.Select(number => (float)number)];
        return new FunctionModule((x, _) =>
        {
            var y = x.to_type(ScalarType.Float32);
            var (factor, mean) = (Shaped(scales, shape), Shaped(means, shape));
            return Invert ? (y * factor) + mean : (y - mean) * factor;
        });
    }

    private static double[] Numbers(Tensor figures) => [.. figures.reshape(-1).data<double>()];

    private static Tensor Shaped(float[] numbers, long[] shape) => numbers is [var one] ? tensor(one) : tensor(numbers).reshape(shape);

    private long[] KeptAxes(int rank) => [.. (Axis ?? []).Select(axis => (long)(axis < 0 ? axis + rank : axis)).Order()];

    private long? Size(Spec input) => KeptAxes(input.Rank).Aggregate((long?)1, (size, axis) => size * input.Shape[(int)axis]);
}
