using ExperimentRunner.Engine.Losses;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>Weighted values with several places for each example become one value and one weight for each example.</summary>
/// <remarks>Source: Keras 3, <c>reduce_to_samplewise_values</c>.</remarks>
internal static class PerExample
{
    /// <summary>Multiplies values by their weights, and reduces both over all axes but the first.</summary>
    /// <param name="values">The values.</param>
    /// <param name="weight">A weight for each example, or for each of its places.</param>
    /// <param name="reduce">The sum, or the mean, over axes.</param>
    internal static (Tensor Values, Tensor Weight) Of(Tensor values, Tensor weight, Func<Tensor, long[], Tensor> reduce)
    {
        (values, weight) = SameRank.Of(values, weight);
        if (values.dim() > weight.dim())
        {
            values = reduce(values, Axes(weight.dim(), values.dim()));
        }

        weight = weight.broadcast_to(values.shape);
        values = values * weight;
        return (values.dim() > 1 ? reduce(values, Axes(1, values.dim())) : values, weight.dim() > 1 ? reduce(weight, Axes(1, weight.dim())) : weight);
    }

    private static long[] Axes(long from, long to) => [.. Enumerable.Range((int)from, (int)(to - from)).Select(axis => (long)axis)];
}
