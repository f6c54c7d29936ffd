namespace ExperimentRunner.Engine.Saving;

/// <summary>
/// Writes saved states beside the training: on another thread, one after the other. What comes after a state that could not be written
/// is not written either, so that no file speaks of another that is not there.
/// </summary>
public sealed class StateWriter : IDisposable
{
    private const int Most = 2; // copies of a model that wait for the disk at once
    private readonly SemaphoreSlim _room = new(Most);
    private Task _writing = Task.CompletedTask;

    /// <summary>Begins to write a state, once those before are written.</summary>
    /// <param name="state">The state; it is the writer's from now on.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">One before could not be written.</exception>
    public void Write(SavedState state, Action<SavedState> write)
    {
        _room.Wait();
        var before = _writing;
        _writing = Task.Run(async () =>
        {
            try
            {
                using (state)
                {
                    await before.ConfigureAwait(false);
                    write(state);
                }
            }
            finally
            {
                _room.Release();
            }
        });
        if (before.IsFaulted)
        {
            Wait();
        }
    }

    /// <summary>Waits until everything is written.</summary>
    /// <exception cref="IOException">Something could not be written; it is told once.</exception>
    public void Wait()
    {
        var writing = _writing;
        try
        {
            writing.GetAwaiter().GetResult();
        }
        finally
        {
            _writing = Task.CompletedTask;
        }
    }

    /// <summary>Waits until nothing is being written, whether or not it went well.</summary>
    public void Dispose()
    {
        ((IAsyncResult)_writing).AsyncWaitHandle.WaitOne();
        _room.Dispose();
    }
}
