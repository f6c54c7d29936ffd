namespace ExperimentRunner.Engine.Saving;

/// <summary>Writes saved states beside the training: on another thread, one after the other.</summary>
public sealed class StateWriter : IDisposable
{
    private Task _writing = Task.CompletedTask;

    /// <summary>Whether nothing is being written.</summary>
    public bool IsIdle => _writing.IsCompleted;

    /// <summary>Begins to write a state, once the one before is written.</summary>
    /// <param name="state">The state; it is the writer's from now on.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">The one before could not be written.</exception>
    public void Write(SavedState state, Action<SavedState> write)
    {
        Wait();
        _writing = Task.Run(() =>
        {
            using (state)
            {
                write(state);
            }
        });
    }

    /// <summary>Waits until everything is written.</summary>
    /// <exception cref="IOException">Something could not be written; it is told once.</exception>
    public void Wait()
    {
        var writing = _writing;
        _writing = Task.CompletedTask;
        writing.GetAwaiter().GetResult();
    }

    /// <summary>Waits until nothing is being written, whether or not it went well.</summary>
    public void Dispose() => ((IAsyncResult)_writing).AsyncWaitHandle.WaitOne();
}
