using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;
using ExperimentRunner.Engine.Initializers;
using ExperimentRunner.Engine.Saving.Onnx;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Shifts and scales to mean 0 and variance 1, by figures that are given, learned from data, or loaded with a model.</summary>
/// <remarks>
/// Shape: the output's is the input's.
/// <c>axis</c> names the axes that keep figures of their own; null has one figure for all.
/// Weights: where no figures are given, <c>mean</c> and <c>variance</c> of the kept axes' lengths, and <c>count</c>; none is learned by
/// gradients. Nothing is changed by figures as they are at the start.
/// Errors: the length of a kept axis must be known.
/// Source: Keras 3, <c>keras.layers.Normalization</c>.
/// </remarks>
/// <example>Normalization: { mean: 3.0, variance: 2.0 }</example>
[KerasName("Normalization")]
public sealed record Normalization : UnaryLayer, IAdapts, IChecked
{
    private const double Least = 1e-7; // Keras's epsilon: the least standard deviation divided by

    /// <summary>The axes that keep figures of their own; null is none.</summary>
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
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (Mean?.Count != Variance?.Count)
        {
            yield return new OptionMistake(Mean is null ? "variance" : "mean", "'mean' and 'variance' go together.", "as many numbers in each");
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Batches are joined by their means and squared deviations, so that large numbers lose nothing. Source: Chan, Golub and LeVeque,
    /// "Updating formulae and a pairwise algorithm for computing sample variances" (1979).
    /// </remarks>
    public Layer Adapt(IEnumerable<Tensor> batches)
    {
        Tensor? mean = null, deviations = null;
        var count = 0.0;
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var x = batch.to_type(ScalarType.Float64);
            var over = Enumerable.Range(0, (int)x.dim()).Except(KeptAxes(SpecOf(batch))).Select(axis => (long)axis).ToArray();
            var added = over.Aggregate(1.0, (product, axis) => product * x.shape[axis]);
            if (added == 0)
            {
                continue;
            }

            var batchMean = over.Length == 0 ? x : x.mean(over, keepdim: true);
            var batchDeviations = over.Length == 0 ? zeros_like(x) : (x - batchMean).square().sum(over, keepdim: true);
            var difference = batchMean - (mean ?? zeros_like(batchMean));
            var (newMean, newDeviations) = mean is null
                ? (batchMean, batchDeviations)
                : (mean + (difference * (added / (count + added))), deviations! + batchDeviations + (difference.square() * (count * added / (count + added))));
            mean?.Dispose();
            deviations?.Dispose();
            (mean, deviations) = (newMean.DetachFromDisposeScope(), newDeviations.DetachFromDisposeScope());
            count += added;
        }

        if (mean is null)
        {
            throw new ShapeException("learns from data, and there are none");
        }

        using (mean)
        using (deviations)
        using (var variance = deviations! / count)
        {
            return this with { Mean = Numbers(mean), Variance = Numbers(variance) };
        }
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input)
    {
        var kept = KeptAxes(input);
        foreach (var axis in kept)
        {
            input.NeedAxis(axis, $"the length of axis {axis}");
        }

        if (Mean is { Count: > 1 } && Mean.Count != Size(kept, input) && (kept.Length == 0 || Mean.Count != input.Shape[kept[^1]]))
        {
            throw new ShapeException($"has {Mean.Count} figures, where its input needs {Size(kept, input)}: {input}");
        }

        return new Spec(input.Shape);
    }

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        var kept = KeptAxes(input);
        long[] lengths = [.. kept.Select(axis => input.Shape[axis]!.Value)];
        long[] broadcast = [.. Enumerable.Range(0, input.Rank).Select(axis => kept.Contains(axis) ? input.Shape[axis]!.Value : 1)];
        if (Mean is null || Variance is null)
        {
            return new Module(Invert, broadcast, lengths, context);
        }

        // Fewer figures than places belong to the last of the axes.
        var shape = Mean.Count == 1 ? [] : Mean.Count == Size(kept, input) ? broadcast
            : broadcast.Select((length, axis) => axis == kept[^1] ? length : 1).ToArray();
        float[] means = [.. Mean.Select(number => (float)number)], variances = [.. Variance.Select(number => (float)number)];
        return new FunctionModule((x, call) => Apply(call.Cast(x), call.Cast(tensor(means, shape)), call.Cast(tensor(variances, shape)), Invert),
            (onnx, x) => WriteOnnx(onnx, x, tensor(means, shape), tensor(variances, shape), Invert));
    }

    private static Tensor Apply(Tensor x, Tensor mean, Tensor variance, bool invert)
    {
        var deviation = variance.sqrt();
        return invert ? mean + (x * deviation.clamp_min(Least)) : (x - mean) / deviation.clamp_min(Least);
    }

    private static string WriteOnnx(OnnxGraph onnx, OnnxValue x, Tensor mean, Tensor variance, bool invert)
    {
        var (center, deviation) = (onnx.Fixed("mean", mean), onnx.Fixed("deviation", variance.sqrt().clamp_min(Least)));
        return invert ? onnx.Plus(center, onnx.Times(onnx.Float(x), deviation)) : onnx.Add("Div", [onnx.Add("Sub", [onnx.Float(x), center]), deviation]);
    }

    private static double[] Numbers(Tensor figures) => [.. figures.reshape(-1).data<double>()];

    private static Spec SpecOf(Tensor batch) => new(new Shape(batch.shape.Select(length => (long?)length)));

    private static long Size(int[] kept, Spec input) => kept.Aggregate(1L, (size, axis) => size * input.Shape[axis]!.Value);

    private int[] KeptAxes(Spec input) => input.NeedAxes(Axis ?? []);

    /// <summary>The module of a layer whose figures come with a model's weights.</summary>
    private sealed class Module : UnaryModule
    {
        private readonly bool _invert;
        private readonly long[] _broadcast;
        private readonly Weight _mean;
        private readonly Weight _variance;

        internal Module(bool invert, long[] broadcast, long[] lengths, BuildContext context)
        {
            (_invert, _broadcast) = (invert, broadcast);
            _mean = Own(context.Weight("mean", lengths, new Zeros(), learned: false));
            _variance = Own(context.Weight("variance", lengths, new Ones(), learned: false));
            Own(context.Weight("count", [], new Zeros(), learned: false));
        }

        internal override OnnxOutput WriteOnnx(OnnxGraph onnx, OnnxValue x) =>
            Normalization.WriteOnnx(onnx, x, _mean.Value.reshape(_broadcast), _variance.Value.reshape(_broadcast), _invert);

        protected override Tensor Compute(Tensor x, Tensor? mask, Call call) =>
            Apply(call.Cast(x), call.Cast(_mean.Value.reshape(_broadcast)), call.Cast(_variance.Value.reshape(_broadcast)), _invert);
    }
}
