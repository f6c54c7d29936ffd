using ExperimentRunner.Engine.Layers;
using ExperimentRunner.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Optimizers;

/// <summary>
/// The weights of few values, laid side by side in memory. An optimizer that looks at each value alone moves them as one tensor, in one
/// call of libtorch for each operation where there would be one for each weight.
/// </summary>
internal sealed class SmallWeights : IDisposable
{
    private const long Limit = 16384; // values of a weight: above, the work on them counts for more than the call

    private static readonly TorchScript Script = new("""
        def join(parts: List[Tensor]) -> Tensor:
            return torch.cat([part.reshape(-1) for part in parts])
        """);

    private readonly IReadOnlyList<Weight> _weights;
    private readonly int[] _small;
    private readonly int[] _others;
    private readonly Tensor _values;
    private readonly Tensor[] _all;

    private SmallWeights(IReadOnlyList<Weight> weights, int[] small)
    {
        _weights = weights;
        _small = small;
        _others = [.. Enumerable.Range(0, weights.Count).Except(small)];
        _values = empty(small.Sum(i => weights[i].Count)).DetachFromDisposeScope();
        _all = [_values, .. _others.Select(i => weights[i].Value)];
    }

    /// <summary>Those among some weights; null where there are not several.</summary>
    internal static SmallWeights? Of(IReadOnlyList<Weight> weights)
    {
        int[] small = [.. Enumerable.Range(0, weights.Count).Where(i => weights[i].Count <= Limit && weights[i].Value.dtype == ScalarType.Float32)];
        return small.Length > 1 ? new SmallWeights(weights, small) : null;
    }

    /// <summary>The weights: all small ones as one tensor, then the others.</summary>
    internal Tensor[] Values()
    {
        if (!ReferenceEquals(_weights[_small[0]].Home, _values)) // another optimizer may have had them since
        {
            foreach (var (i, part) in _small.Zip(Parts(_values)))
            {
                _weights[i].MoveInto(_values, part);
            }
        }

        return _all;
    }

    /// <summary>Tensors that belong to the weights, such as gradients, in the order of <see cref="Values"/>; those of small ones are copied, unless they lie side by side.</summary>
    internal Tensor[] Join(Tensor[] tensors)
    {
        var small = Array.ConvertAll(_small, i => tensors[i]);
        return [AreSideBySide(small) ? small[0].as_strided([_values.numel()], [1]) : (Tensor)Script.Call("join", [small])!, .. _others.Select(i => tensors[i])];
    }

    /// <summary>Views of what belongs to the weights in a tensor that <see cref="Join"/> made, in the order of the weights.</summary>
    internal Tensor[] Views(Tensor[] joined)
    {
        var views = new Tensor[_weights.Count];
        foreach (var (i, view) in _small.Zip(Parts(joined[0])).Concat(_others.Zip(joined.Skip(1))))
        {
            views[i] = view;
        }

        return views;
    }

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose(); // the weights keep the memory

    /// <summary>Whether each tensor begins in memory where the one before it ends.</summary>
    private static unsafe bool AreSideBySide(Tensor[] tensors)
    {
        void* end = null;
        foreach (var tensor in tensors)
        {
            if (!tensor.is_contiguous())
            {
                return false;
            }

            fixed (byte* start = tensor.bytes)
            {
                if (end != null && end != start)
                {
                    return false;
                }

                end = start + tensor.bytes.Length;
            }
        }

        return true;
    }

    private IEnumerable<Tensor> Parts(Tensor joined)
    {
        var start = 0L;
        foreach (var weight in _small.Select(i => _weights[i]))
        {
            yield return joined.narrow(0, start, weight.Count).view([.. weight.Shape]);
            start += weight.Count;
        }
    }
}
