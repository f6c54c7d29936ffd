using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace ExperimentRunner.Engine.Inputs.Streams;

/// <summary>Makes things ahead of their use, in order, on a thread of its own; it holds a few, and waits while they are not taken.</summary>
/// <typeparam name="T">What is made.</typeparam>
internal sealed class Prefetcher<T> : IDisposable
    where T : class, IDisposable
{
    private const int MostReady = 16; // a busy machine lets a thread wait for tens of milliseconds
    private const long MostBytes = 64 << 20;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly Queue<(T Made, long Bytes)> _ready = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly SemaphoreSlim _emptied = new(0);
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _thread;
    private long _bytes;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Begins.</summary>
    /// <param name="make">Makes the thing of a number; it may be told to end.</param>
    /// <param name="sizeOf">How many bytes it takes.</param>
    /// <param name="first">The first number.</param>
    /// <param name="end">The number behind the last; null has no end.</param>
    internal Prefetcher(Func<long, CancellationToken, T> make, Func<T, long> sizeOf, long first, long? end)
    {
        _thread = new Thread(() => Run(make, sizeOf, first, end ?? long.MaxValue)) { IsBackground = true, Name = "prefetch" };
        _thread.Start();
    }

    /// <summary>How long things were waited for.</summary>
    internal TimeSpan Waited { get; private set; }

    /// <summary>The next thing.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="DataException">It could not be made.</exception>
    internal T Take(CancellationToken stop)
    {
        if (!_filled.Wait(0, CancellationToken.None))
        {
            var start = Stopwatch.GetTimestamp();
            try
            {
                _filled.Wait(stop);
            }
            finally
            {
                Waited += Stopwatch.GetElapsedTime(start);
            }
        }

        lock (_gate)
        {
            if (_ready.TryDequeue(out var next))
            {
                _bytes -= next.Bytes;
                _emptied.Release();
                return next.Made;
            }
        }

        _filled.Release(); // whoever asks again hears the same
        _failure?.Throw();
        throw new InvalidOperationException("There is nothing more to take.");
    }

    /// <summary>Ends the thread, and lets go what nobody took.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _thread.Join();
        foreach (var (made, _) in _ready)
        {
            made.Dispose();
        }

        _filled.Dispose();
        _emptied.Dispose();
        _end.Dispose();
    }

    private void Run(Func<long, CancellationToken, T> make, Func<T, long> sizeOf, long first, long end)
    {
        Tensors.TorchNative.UseOneThreadHere();
        try
        {
            for (var number = first; number < end && !_end.IsCancellationRequested; number++)
            {
                var made = make(number, _end.Token);
                var bytes = sizeOf(made);
                lock (_gate)
                {
                    _ready.Enqueue((made, bytes));
                    _bytes += bytes;
                }

                _filled.Release();
                WaitForRoom();
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure) // it is told where the thing is taken
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }

        _filled.Release();
    }

    private void WaitForRoom()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_ready.Count == 0 || (_ready.Count < MostReady && _bytes < MostBytes))
                {
                    return;
                }
            }

            _emptied.Wait(Glance, _end.Token);
        }
    }
}
