using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Layers.Preprocessing.Images;

/// <summary>The random numbers of one call for a batch of images, drawn one after the other.</summary>
/// <param name="key">Where they come from.</param>
/// <param name="batch">How many images there are.</param>
internal sealed class ImageDraws(RandomKey key, long batch)
{
    private long _drawn;

    /// <summary>The draws of a part of what is done, which change nothing about those that follow.</summary>
    internal ImageDraws Part() => new(Next(), batch);

    /// <summary>A number for the whole batch.</summary>
    internal double Once(Bounds bounds) => bounds.At(Next().Uniform(0));

    /// <summary>A whole number from 0, below a limit, for the whole batch.</summary>
    internal int Below(int limit) => (int)Math.BigMul(Next()[0], (ulong)limit, out _);

    /// <summary>A number for each image.</summary>
    internal double[] Each(Bounds bounds)
    {
        var drawn = Next();
        return [.. Enumerable.Range(0, (int)batch).Select(image => bounds.At(drawn.Uniform(image)))];
    }

    /// <summary>A number for each image, to compute with: <c>[batch, 1, 1, 1]</c>.</summary>
    internal Tensor EachAsTensor(Bounds bounds) => AsTensor(Each(bounds));

    /// <summary>1 or −1 for each image.</summary>
    internal double[] Signs() => [.. Each(Bounds.Fractions).Select(place => place > 0.5 ? -1.0 : 1.0)];

    /// <summary>Whether each image is chosen, by a probability of its own: <c>[batch, 1, 1, 1]</c>.</summary>
    internal Tensor Chosen(Bounds probability)
    {
        var (probabilities, places) = (Each(probability), Each(Bounds.Fractions));
        return tensor(probabilities.Zip(places, (likely, place) => place < likely).ToArray(), [batch, 1, 1, 1]);
    }

    /// <summary>Numbers of the standard normal distribution.</summary>
    internal Tensor Normal(params long[] shape)
    {
        var numbers = new float[shape.Aggregate(1L, (product, length) => product * length)];
        Next().FillNormal(numbers);
        return tensor(numbers, shape);
    }

    /// <summary>Shares of a whole, by Dirichlet's distribution of one concentration.</summary>
    internal double[] Shares(int count, double concentration)
    {
        var parts = Enumerable.Range(0, count).Select(_ => Gamma(concentration)).ToArray();
        var sum = Math.Max(parts.Sum(), double.Epsilon);
        return Array.ConvertAll(parts, part => part / sum);
    }

    /// <summary>Numbers, one an image, to compute with: <c>[batch, 1, 1, 1]</c>.</summary>
    internal Tensor AsTensor(double[] numbers) => tensor(Array.ConvertAll(numbers, number => (float)number), [batch, 1, 1, 1]);

    /// <summary>A number of the gamma distribution. Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000).</summary>
    private double Gamma(double shape)
    {
        var drawn = Next();
        var lift = shape < 1 ? Math.Pow(1 - drawn.Uniform(0), 1 / shape) : 1; // a smaller shape is one more, made smaller
        var d = (shape < 1 ? shape + 1 : shape) - (1.0 / 3);
        for (var i = 1; ; i += 3)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - drawn.Uniform(i))) * Math.Cos(2 * Math.PI * drawn.Uniform(i + 1));
            var v = Math.Pow(1 + (normal / Math.Sqrt(9 * d)), 3);
            if (v > 0 && Math.Log(1 - drawn.Uniform(i + 2)) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v * lift;
            }
        }
    }

    private RandomKey Next() => key.Derive(_drawn++);
}
