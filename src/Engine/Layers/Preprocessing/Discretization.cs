using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>Sorts numbers into bins: the number of the bin is how many boundaries are at or below the value.</summary>
/// <remarks>
/// Shape: the output's is the input's; in the other modes <c>[batch, n]</c> becomes <c>[batch, bins]</c>.
/// Boundaries that are not given are learned from data: <c>num_bins</c> bins of about as many values each.
/// Errors: boundaries must rise.
/// Source: Keras 3, <c>keras.layers.Discretization</c>.
/// </remarks>
/// <example>Discretization: { bin_boundaries: [0, 0.5, 1] }</example>
[KerasName("Discretization")]
[RefusedOption("sparse", "sparse tensors are not supported")]
public sealed record Discretization : UnaryLayer, IAdapts, IChecked
{
    /// <summary>Where one bin ends and the next begins; the first and the last bin are without end.</summary>
    [KerasName("bin_boundaries", "bins")]
    public IReadOnlyList<double>? BinBoundaries { get; init; }

    /// <summary>How many bins the data are sorted into, where the boundaries are learned from them.</summary>
    [AtLeast(1)]
    public int? NumBins { get; init; }

    /// <summary>How exact the learned boundaries are, as a fraction of the data.</summary>
    [Above(0)]
    public double Epsilon { get; init; } = 0.01;

    /// <summary>What comes out for a bin.</summary>
    public OutputMode OutputMode { get; init; } = OutputMode.Int;

    /// <inheritdoc/>
    [NotAnOption]
    public bool NeedsData => BinBoundaries is null;

    private int? Bins => BinBoundaries is { } given ? given.Count + 1 : NumBins;

    /// <inheritdoc/>
    public IEnumerable<OptionMistake> FindMistakes()
    {
        if (BinBoundaries is null && NumBins is null)
        {
            yield return new OptionMistake("bin_boundaries", "Neither 'bin_boundaries' nor 'num_bins' is given.", "one of the two");
        }

        if (BinBoundaries is { } given && given.Zip(given.Skip(1)).Any(pair => pair.First > pair.Second))
        {
            yield return new OptionMistake("bin_boundaries", "The boundaries do not rise.", "numbers in rising order");
        }

        foreach (var mistake in OutputMode.NeedOneOf(OutputMode.Int, OutputMode.OneHot, OutputMode.MultiHot, OutputMode.Count))
        {
            yield return mistake;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Source: Keras 3, <c>keras/src/layers/preprocessing/discretization.py</c>: quantiles by interpolation in a summary.</remarks>
    public Layer Adapt(IEnumerable<Tensor> batches)
    {
        var values = new List<float>();
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            values.AddRange(batch.to_type(ScalarType.Float32).reshape(-1).contiguous().data<float>().ToArray());
        }

        if (values.Count == 0)
        {
            throw new ShapeException("learns from data, and there are none");
        }

        values.Sort();
        var summary = Quantiles.Compress(Quantiles.Summarize(values, Epsilon), Epsilon);
        return this with { BinBoundaries = [.. Quantiles.Compress(summary, 1.0 / NumBins!.Value).SkipLast(1).Select(part => (double)part.Value)] };
    }

    /// <inheritdoc/>
    protected override Spec Infer(Spec input) => OutputMode.Infer(input, Bins, DataType.Int32);

    /// <inheritdoc/>
    protected override UnaryModule Build(Spec input, BuildContext context)
    {
        var (mode, boundaries) = (OutputMode, BinBoundaries?.Select(number => (float)number).ToArray());
        return new FunctionModule((x, _) =>
        {
            var limits = tensor(boundaries ?? throw NoBoundaries());
            var bins = bucketize(x.to_type(ScalarType.Float32), limits, right: true);
            return mode == OutputMode.Int ? bins.to_type(ScalarType.Int32) : mode.Encode(bins, boundaries.Length + 1);
        }, (onnx, x) =>
        {
            var below = onnx.Add("Less", [onnx.Unsqueeze(onnx.Float(x), -1), onnx.Fixed("boundaries", tensor(boundaries ?? throw NoBoundaries()))]);
            var bins = onnx.Sum(onnx.Cast(onnx.Add("Not", [below]), DataType.Int64), keep: false, -1);
            return mode == OutputMode.Int ? onnx.Cast(bins, DataType.Int32) : mode.WriteOnnx(onnx, bins, x.Spec.Shape, boundaries.Length + 1);
        });

        static Inputs.DataException NoBoundaries() => new("Discretization has no boundaries: they are given, or learned from the training data.");
    }

    /// <summary>A summary of many values: some of them in order, each with how many it stands for.</summary>
    private static class Quantiles
    {
        internal static List<(float Value, float Weight)> Summarize(List<float> sorted, double epsilon)
        {
            var step = Math.Max(sorted.Count * epsilon, 1);
            var summary = new List<(float, float)>();
            for (var i = (int)(step - 1); i < sorted.Count; i += (int)step)
            {
                summary.Add((sorted[i], (float)step));
            }

            return summary;
        }

        internal static List<(float Value, float Weight)> Compress(List<(float Value, float Weight)> summary, double epsilon)
        {
            if (summary.Count * epsilon < 1)
            {
                return summary;
            }

            var upTo = new double[summary.Count];
            var sum = 0f;
            for (var i = 0; i < upTo.Length; i++)
            {
                sum += summary[i].Weight;
                upTo[i] = sum;
            }

            var (percents, values) = (Array.ConvertAll(upTo, weight => weight / sum), summary.ConvertAll(part => (double)part.Value));
            var (compressed, before) = (new List<(float, float)>(), 0.0);
            var steps = (int)Math.Ceiling(1.0 / epsilon);
            for (var i = 0; i < steps; i++)
            {
                var percent = epsilon + (i * epsilon);
                var weight = Between(percent, percents, upTo);
                compressed.Add(((float)Between(percent, percents, values), (float)(weight - before)));
                before = weight;
            }

            return compressed;
        }

        /// <summary>The value at a place between known places, on the straight line from one to the next.</summary>
        private static double Between(double place, double[] places, IReadOnlyList<double> values)
        {
            var next = Array.FindIndex(places, known => known > place);
            if (next == 0)
            {
                return values[0];
            }

            if (next < 0)
            {
                return values[values.Count - 1];
            }

            var share = (place - places[next - 1]) / (places[next] - places[next - 1]);
            return values[next - 1] + (share * (values[next] - values[next - 1]));
        }
    }
}
