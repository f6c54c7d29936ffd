using System.Runtime.InteropServices;

namespace ExperimentRunner.Engine.Layers.Preprocessing;

/// <summary>How often each token is in the data, and in how many examples.</summary>
/// <param name="byExample">Whether examples are counted too.</param>
/// <typeparam name="T">What a token is.</typeparam>
internal sealed class TokenCount<T>(bool byExample)
    where T : notnull
{
    private readonly Dictionary<T, long> _counts = [];
    private readonly Dictionary<T, long> _examples = [];
    private readonly HashSet<T> _seen = [];
    private long _total;

    /// <summary>Counts the tokens of one example.</summary>
    internal void Add(ReadOnlySpan<T> tokens)
    {
        _total++;
        foreach (var token in tokens)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, token, out _)++;
            if (byExample && _seen.Add(token))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_examples, token, out _)++;
            }
        }

        _seen.Clear();
    }

    /// <summary>The tokens, the most frequent first.</summary>
    /// <param name="special">Tokens that are no words.</param>
    /// <param name="order">The order of tokens that are as frequent; the last comes first.</param>
    /// <param name="most">How many at most; null is all.</param>
    internal IReadOnlyList<T> Words(IEnumerable<T> special, Comparison<T> order, int? most)
    {
        var left = special.ToHashSet();
        var words = _counts.Where(pair => !left.Contains(pair.Key)).ToList();
        words.Sort((one, other) => one.Value != other.Value ? other.Value.CompareTo(one.Value) : order(other.Key, one.Key));
        return [.. words.Take(Math.Max(most ?? int.MaxValue, 0)).Select(pair => pair.Key)];
    }

    /// <summary>How much a token tells: the rarer it is, the more.</summary>
    internal float InverseFrequency(T token) => MathF.Log(1 + ((float)_total / (1 + _examples.GetValueOrDefault(token))));
}
