using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace ExperimentRunner.Engine.Tensors;

/// <summary>Parts of a computation of this program, done by the threads that libtorch computes with.</summary>
/// <remarks>
/// Threads of .NET would find the processors taken: libtorch's own wait for their next work without sleeping. So libgomp, which keeps them, is asked
/// to have them do it. Where there is no libgomp, .NET's threads do it.
/// </remarks>
internal static unsafe class Team
{
    private static delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> _parallel;

    /// <summary>Says where libgomp is.</summary>
    /// <param name="libtorch">A library that brings it, or that is it.</param>
    internal static void Find(nint libtorch)
    {
        NativeLibrary.TryGetExport(libtorch, "GOMP_parallel", out var parallel);
        _parallel = (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)parallel;
    }

    /// <summary>Does parts 0 to <paramref name="parts"/> − 1, and returns when all are done.</summary>
    /// <param name="parts">How many there are.</param>
    /// <param name="work">Does the part of that number; several at once.</param>
    internal static void Run(int parts, Action<int> work)
    {
        if (parts == 1)
        {
            work(0);
        }
        else if (_parallel is null)
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, work);
        }
        else
        {
            var all = new Parts(parts, work);
            var handle = GCHandle.Alloc(all);
            _parallel(&Work, GCHandle.ToIntPtr(handle), (uint)parts, 0);
            handle.Free();
            all.Failure?.Throw();
        }
    }

    [UnmanagedCallersOnly]
    private static void Work(nint handle) => ((Parts)GCHandle.FromIntPtr(handle).Target!).Work();

    /// <summary>The parts of one computation. libgomp may send fewer threads than were asked for, so each takes what is left.</summary>
    private sealed class Parts(int count, Action<int> work)
    {
        private int _taken = -1;

        internal ExceptionDispatchInfo? Failure { get; private set; }

        internal void Work()
        {
            try
            {
                while (Interlocked.Increment(ref _taken) is var part && part < count)
                {
                    work(part);
                }
            }
#pragma warning disable CA1031 // libgomp knows no exceptions; the one who asked gets it
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failure = ExceptionDispatchInfo.Capture(e);
            }
        }
    }
}
