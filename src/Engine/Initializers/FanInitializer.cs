using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>
/// An initializer whose variance is a scale divided by a fan: how many numbers go into an element of the output (fan in), or
/// come out of one of the input (fan out). For a kernel <c>[…, in, out]</c> these are in and out, times the kernel's area.
/// </summary>
/// <remarks>Source: Keras 3, <c>keras.initializers.VarianceScaling</c>.</remarks>
public abstract record FanInitializer : RandomInitializer
{
    private const double DeviationOfTruncated = 0.87962566103423978; // of a standard normal cut off at ±2

    /// <summary>The axes whose product is the fan in; null, or without <c>output_axes</c>, takes them from the shape.</summary>
    public IReadOnlyList<int>? InputAxes { get; init; }

    /// <summary>The axes whose product is the fan out; null, or without <c>input_axes</c>, takes them from the shape.</summary>
    public IReadOnlyList<int>? OutputAxes { get; init; }

    /// <summary>The variance, times the fan.</summary>
    protected abstract double Variance { get; }

    /// <summary>Which fan the variance is divided by.</summary>
    protected abstract FanMode Fan { get; }

    /// <summary>How the values are distributed.</summary>
    protected abstract FanDistribution Law { get; }

    /// <inheritdoc/>
    protected sealed override Tensor Draw(long[] shape, RandomKey key)
    {
        var (fanIn, fanOut) = Fans(shape);
        var fan = Fan switch { FanMode.FanIn => fanIn, FanMode.FanOut => fanOut, _ => (fanIn + fanOut) / 2 };
        var variance = Variance / Math.Max(1, fan);
        return Law switch
        {
            FanDistribution.Uniform => Uniform(shape, -Math.Sqrt(3 * variance), Math.Sqrt(3 * variance), key),
            FanDistribution.UntruncatedNormal => Normal(shape, 0, Math.Sqrt(variance), key),
            _ => TruncatedNormal(shape, 0, Math.Sqrt(variance) / DeviationOfTruncated, key),
        };
    }

    /// <summary>Fan in and fan out of a weight.</summary>
    private (double In, double Out) Fans(long[] shape)
    {
        if (InputAxes is not null && OutputAxes is not null)
        {
            return (Product(InputAxes), Product(OutputAxes));
        }

        var area = shape.SkipLast(2).Aggregate(1.0, (product, length) => product * length);
        return shape switch
        {
            [] => (1, 1),
            [var only] => (only, only),
            [.., var input, var output] => (input * area, output * area),
        };

        double Product(IReadOnlyList<int> axes) => axes.Aggregate(1.0, (product, axis) => product * shape[axis < 0 ? axis + shape.Length : axis]);
    }
}

/// <summary>Which fan a variance is divided by.</summary>
public enum FanMode
{
    /// <summary>How many numbers go into an element of the output.</summary>
    FanIn,

    /// <summary>How many numbers an element of the input goes into.</summary>
    FanOut,

    /// <summary>The mean of the two.</summary>
    FanAvg,
}

/// <summary>How start values are distributed.</summary>
public enum FanDistribution
{
    /// <summary>Normal, cut off at two deviations.</summary>
    [KerasName("truncated_normal", "normal")]
    TruncatedNormal,

    /// <summary>Normal.</summary>
    UntruncatedNormal,

    /// <summary>Uniform around 0.</summary>
    Uniform,
}
