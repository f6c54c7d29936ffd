using ExperimentRunner.Engine.Layers;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Tests.Layers.Attention;

/// <summary>Attention with heads once more, number by number, after its equations.</summary>
internal sealed class PlainAttention(LayerModule module, bool gated)
{
    private readonly Dictionary<string, (double[] Values, long[] Shape)> _weights = module.AllWeights
        .ToDictionary(weight => string.Join('/', weight.Path.Split('/')[^2..]), weight => (Flat(weight.Value), weight.Value.shape));

    /// <summary>What comes out, <c>[batch, queries, …]</c>, and the weights of attention, <c>[batch, heads, queries, keys]</c>.</summary>
    /// <param name="query">The query.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="allowed">Whether in an example a query may look at a key.</param>
    /// <param name="emptyIsMean">Whether a query that may look nowhere takes the mean of all values; else zero.</param>
    public (Tensor Output, Tensor Scores) Run(Tensor query, Tensor key, Tensor value, Func<int, int, int, bool> allowed, bool emptyIsMean)
    {
        var (batch, queries, keys) = ((int)query.shape[0], (int)query.shape[1], (int)key.shape[1]);
        var (q, k, v) = (Project(query, "query"), Project(key, "key"), Project(value, "value"));
        var gate = gated ? Project(query, "gate") : null;
        var (heads, groups, dim, valueDim) = (Length("query", 1), (int)Length("key", 1), (int)Length("query", 2), (int)Length("value", 2));
        var output = _weights["attention_output/kernel"];
        var width = (int)(output.Shape[2..].Aggregate(1L, (product, length) => product * length));
        var bias = _weights.TryGetValue("attention_output/bias", out var given) ? given.Values : new double[width];
        var (y, scores) = (new double[batch * queries * width], new double[batch * heads * queries * keys]);
        for (var b = 0; b < batch; b++)
        {
            for (var t = 0; t < queries; t++)
            {
                for (var o = 0; o < width; o++)
                {
                    y[(((b * queries) + t) * width) + o] = bias[o];
                }

                for (var h = 0; h < heads; h++)
                {
                    var group = (int)(h / (heads / groups));
                    var weights = Enumerable.Range(0, keys).Select(s => allowed(b, t, s)
                        ? Math.Exp(Enumerable.Range(0, dim).Sum(d => q[b][t][(h * dim) + d] * k[b][s][(group * dim) + d]) / Math.Sqrt(dim)) : 0).ToArray();
                    var sum = weights.Sum();
                    weights = [.. weights.Select(weight => sum > 0 ? weight / sum : emptyIsMean ? 1.0 / keys : 0)];
                    weights.CopyTo(scores, (((((b * heads) + h) * queries) + t) * keys));
                    for (var d = 0; d < valueDim; d++)
                    {
                        var found = Enumerable.Range(0, keys).Sum(s => weights[s] * v[b][s][(group * valueDim) + d]);
                        found *= gate is null ? 1 : 1 / (1 + Math.Exp(-gate[b][t][(h * valueDim) + d]));
                        for (var o = 0; o < width; o++)
                        {
                            y[(((b * queries) + t) * width) + o] += found * output.Values[(((h * valueDim) + d) * width) + o];
                        }
                    }
                }
            }
        }

        return (Tensor32(y, [batch, queries, .. output.Shape[2..]]), Tensor32(scores, [batch, heads, queries, keys]));
    }

    private long Length(string part, int axis) => _weights[$"{part}/kernel"].Shape[axis];

    /// <summary>A projection: a row of numbers for each position of each example.</summary>
    private double[][][] Project(Tensor x, string part)
    {
        var (kernel, features) = (_weights[$"{part}/kernel"].Values, (int)x.shape[^1]);
        var width = kernel.Length / features;
        var bias = _weights.TryGetValue($"{part}/bias", out var given) ? given.Values : new double[width];
        var (values, positions) = (Flat(x), (int)x.shape[1]);
        return [.. Enumerable.Range(0, (int)x.shape[0]).Select(b => Enumerable.Range(0, positions).Select(t => Enumerable.Range(0, width)
            .Select(o => bias[o] + Enumerable.Range(0, features).Sum(f => values[(((b * positions) + t) * features) + f] * kernel[(f * width) + o])).ToArray()).ToArray())];
    }

    private static double[] Flat(Tensor values) => values.detach().to_type(float64).contiguous().data<double>().ToArray();

    private static Tensor Tensor32(double[] values, long[] shape) => tensor(Array.ConvertAll(values, value => (float)value), shape);
}
