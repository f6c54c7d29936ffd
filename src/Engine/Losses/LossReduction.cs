using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>How the values of the examples become one: weighted, masked and reduced.</summary>
/// <remarks>
/// One thing is beyond Keras: a weight for each example beside values with more axes counts for all values of its example,
/// where Keras would line it up with the last axis and mostly fail.
/// Source: Keras 3, <c>reduce_weighted_values</c>.
/// </remarks>
internal static class LossReduction
{
    /// <summary>Reduces values to one.</summary>
    /// <param name="values">A value for each example, or for each of its places.</param>
    /// <param name="weight">A weight for each example or place, or null.</param>
    /// <param name="mask">True where a value counts, or null.</param>
    /// <param name="reduction">What is done.</param>
    internal static Tensor Reduce(Tensor values, Tensor? weight, Tensor? mask, Reduction reduction)
    {
        var divides = reduction is not (Reduction.None or Reduction.Sum);
        weight = WithMask(weight?.to_type(values.dtype), mask, values.dtype, divides && reduction != Reduction.MeanWithSampleWeight);
        if (weight is not null)
        {
            (values, weight) = SameRank.Of(values, weight);
            values = values * AlignedWith(values, weight);
        }

        if (reduction == Reduction.None || values.dim() == 0)
        {
            return values;
        }

        return reduction == Reduction.Sum ? values.sum()
            : reduction == Reduction.MeanWithSampleWeight && weight is not null ? DividedOrZero(values.sum(), weight.sum())
            : values.mean();
    }

    /// <summary>Weights with 0 where the mask says that nothing counts; null when there is neither.</summary>
    /// <param name="weight">The weights, or null.</param>
    /// <param name="mask">True where a value counts, or null.</param>
    /// <param name="type">The type of the result.</param>
    /// <param name="rescaled">Whether what counts weighs more, so that a mean over all is a mean over what counts.</param>
    internal static Tensor? WithMask(Tensor? weight, Tensor? mask, ScalarType type, bool rescaled)
    {
        if (mask is null)
        {
            return weight;
        }

        var counts = mask.to_type(type);
        if (rescaled)
        {
            counts = counts * DividedOrZero(tensor((double)mask.numel(), type), counts.sum());
        }

        if (weight is null)
        {
            return counts;
        }

        (counts, weight) = SameRank.Of(counts, weight);
        return weight.dim() <= counts.dim() ? counts * AlignedWith(counts, weight) : weight * AlignedWith(weight, counts);
    }

    /// <summary>The same weights with axes of length 1 at their end, as many as the values have more.</summary>
    internal static Tensor AlignedWith(Tensor values, Tensor weight) => weight.dim() == 0 || weight.dim() >= values.dim() ? weight
        : weight.reshape([.. weight.shape, .. Enumerable.Repeat(1L, (int)(values.dim() - weight.dim()))]);

    /// <summary>The quotient, or 0 where the divisor is 0.</summary>
    internal static Tensor DividedOrZero(Tensor a, Tensor b)
    {
        var none = b.eq(0);
        return (a / b.masked_fill(none, 1)).masked_fill(none, 0);
    }
}
