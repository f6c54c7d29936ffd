using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Initializers;

/// <summary>An initializer that draws random numbers.</summary>
public abstract record RandomInitializer : Initializer
{
    private const double WithinTwo = 0.9544997361036416; // erf(√2): how probable it is to be within two deviations
    private const double OpenEnd = 1.0 / (1 << 24); // half a step of the uniform numbers: they come near −1 and 1, and never there

    /// <summary>
    /// Starts the random numbers, so that every weight of one shape gets the same values, as in Keras; null takes the run's
    /// seed and the weight's path.
    /// </summary>
    public long? Seed { get; init; }

    /// <inheritdoc/>
    public sealed override Tensor Make(long[] shape, RandomKey key) =>
        Draw(shape, Seed is { } seed ? new RandomKey((ulong)seed).Derive("initializer") : key);

    /// <summary>Makes the values from a key.</summary>
    protected abstract Tensor Draw(long[] shape, RandomKey key);

    /// <summary>Uniform numbers from <paramref name="low"/> up to <paramref name="high"/>.</summary>
    protected static Tensor Uniform(long[] shape, double low, double high, RandomKey key)
    {
        var values = Empty(shape, out var span);
        key.FillUniform(span);
        return values.mul_(high - low).add_(low);
    }

    /// <summary>Normal numbers.</summary>
    protected static Tensor Normal(long[] shape, double mean, double deviation, RandomKey key) =>
        ThroughInverse(Uniform(shape, -1 + OpenEnd, 1 + OpenEnd, key), mean, deviation);

    /// <summary>Normal numbers, none further than two deviations from the mean.</summary>
    protected static Tensor TruncatedNormal(long[] shape, double mean, double deviation, RandomKey key) =>
        ThroughInverse(Uniform(shape, -WithinTwo, WithinTwo, key), mean, deviation);

    /// <summary>Uniform numbers between the probabilities of two ends, through the inverse of the normal distribution: one call of libtorch.</summary>
    private static Tensor ThroughInverse(Tensor uniform, double mean, double deviation) =>
        uniform.erfinv_().mul_(Math.Sqrt(2) * deviation).add_(mean);

    private static Tensor Empty(long[] shape, out Span<float> span)
    {
        var values = empty(shape);
        span = MemoryMarshal.Cast<byte, float>(values.bytes);
        return values;
    }
}
