namespace ExperimentRunner.Engine.Tensors;

/// <summary>Garbage collections at moments when libtorch computes nothing for the caller.</summary>
/// <remarks>
/// TorchSharp puts each number that it hands to libtorch into a box, even the 1 of <c>a + b</c>, and does not keep the box alive during the
/// call: a collection that begins just then frees what libtorch is about to read, which is told as a broken box or, at worst, not at all.
/// Nothing can be in such a call between two steps. Collections there, each before the runtime would begin one by itself, leave none to fall
/// into a step that makes less garbage than <see cref="Due"/>. Each takes some 20 µs.
/// </remarks>
internal static class GarbageCollection
{
    /// <summary>Bytes made since the last collection, after which the next is due: far below what the runtime waits for on the machines of today.</summary>
    private const long Due = 2 << 20;

    private static long _allocated;

    /// <summary>Collects what a step left, if that has become much.</summary>
    internal static void BetweenSteps()
    {
        if (GC.GetTotalAllocatedBytes() - _allocated > Due)
        {
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            _allocated = GC.GetTotalAllocatedBytes();
        }
    }
}
