using ExperimentRunner.Engine.Tensors;
using static TorchSharp.torch;

namespace ExperimentRunner.Engine.Losses;

/// <summary>Keras's rule for tensors whose ranks differ by one: a last axis of length 1 is dropped, or added to the other.</summary>
/// <remarks>Source: Keras 3, <c>squeeze_or_expand_to_same_rank</c>.</remarks>
internal static class SameRank
{
    /// <summary>
    /// Makes two tensors of one rank, if one has a last axis of length 1 too many: <c>[batch]</c> beside <c>[batch, 1]</c> becomes
    /// <c>[batch, 1]</c> (unless <paramref name="expand"/> is false); otherwise the axis is dropped.
    /// </summary>
    internal static (Tensor A, Tensor B) Of(Tensor a, Tensor b, bool expand = true)
    {
        if (a.dim() == b.dim() + 1 && a.shape[^1] == 1)
        {
            return b.dim() == 1 && expand ? (a, b.unsqueeze(-1)) : (a.squeeze(-1), b);
        }

        if (b.dim() == a.dim() + 1 && b.shape[^1] == 1)
        {
            return a.dim() == 1 && expand ? (a.unsqueeze(-1), b) : (a, b.squeeze(-1));
        }

        return (a, b);
    }

    /// <summary>The same for shapes alone.</summary>
    internal static (Shape A, Shape B) Of(Shape a, Shape b)
    {
        if (a.Rank == b.Rank + 1 && a.Last == 1)
        {
            return b.Rank == 1 ? (a, new Shape([.. b, 1])) : (new Shape(a.SkipLast(1)), b);
        }

        if (b.Rank == a.Rank + 1 && b.Last == 1)
        {
            return a.Rank == 1 ? (new Shape([.. a, 1]), b) : (a, new Shape(b.SkipLast(1)));
        }

        return (a, b);
    }
}
