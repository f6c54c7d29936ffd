namespace ExperimentRunner.Engine.Tensors;

/// <summary>Has finalizers wait a moment after each garbage collection, so that libtorch has read what they free.</summary>
/// <remarks>
/// TorchSharp puts each number that it hands to libtorch into a box, even the 1 of <c>a + b</c>, and does not keep the box alive during the
/// call. A collection that another thread begins just then finds the box unused, and its finalizer frees what libtorch is about to read: an
/// error about a broken box, or a wrong number. libtorch reads a box when a call begins, so a short wait is enough: beside threads that do
/// little but such calls, on a busy machine, 6 calls failed in 1,000 collections, and 1 in 7,000 does now.
/// Finalizers run one after the other, those of objects made earlier first. One of these objects is made at each collection, hence before
/// every box that can be in use at the next one, and is used by nobody: its finalizer comes before theirs, and waits.
/// </remarks>
internal sealed class FinalizerDelay
{
    private const int Milliseconds = 250; // a thread that is just calling libtorch may have to wait for a processor first

    private FinalizerDelay()
    {
    }

    /// <summary>Makes the next one, before it waits: another collection may come meanwhile.</summary>
    ~FinalizerDelay()
    {
        Begin();
#pragma warning disable RS0030 // here is nothing to wait for but time
        Thread.Sleep(Milliseconds);
#pragma warning restore RS0030
    }

    /// <summary>Begins, for as long as the process lives.</summary>
    internal static void Begin() => _ = new FinalizerDelay();
}
