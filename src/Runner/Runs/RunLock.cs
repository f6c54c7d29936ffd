using ExperimentRunner.Runner.Commands;

namespace ExperimentRunner.Runner.Runs;

/// <summary>
/// Makes one process the only one that does a run, for as long as it lives: the system lets go of the lock when the process ends,
/// however it ends. The file keeps a little room, so that on a full disk the run's end can still be told.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private const int Room = 1 << 15;
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes a run's lock.</summary>
    /// <exception cref="WrongCommandException">Another process has it.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    internal static RunLock Take(RunFolder folder)
    {
        var file = Open(folder);
        try
        {
            file.Write(new byte[Room]);
            file.Flush(flushToDisk: true);
            return new RunLock(file);
        }
        catch
        {
            file.SetLength(0);
            file.Dispose();
            throw;
        }
    }

    /// <summary>Gives the room away, for the last words of a run on a full disk.</summary>
    internal void GiveRoom() => _file.SetLength(0);

    /// <inheritdoc/>
    public void Dispose()
    {
        GiveRoom();
        _file.Dispose();
    }

    private static FileStream Open(RunFolder folder)
    {
        try
        {
            return new FileStream(folder.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(folder.LockFile))
        {
            throw new WrongCommandException($"{folder.Name}/{folder.Id} is at work in another process.");
        }
    }
}
