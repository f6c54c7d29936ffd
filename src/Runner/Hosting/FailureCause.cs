using System.Runtime.InteropServices;
using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Runner.Hosting;

/// <summary>Says in a sentence why a run failed.</summary>
internal static class FailureCause
{
    private const int FullOfLinux = 28; // ENOSPC
    private const int QuotaOfLinux = 122; // EDQUOT
    private const int FullOfWindows = unchecked((int)0x80070070);

    /// <summary>The cause: libtorch's own words without its twenty lines of C++ frames.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="batchSize">How many examples the batches at work have; null where none were.</param>
    internal static string Of(Exception error, int? batchSize = null) => error switch
    {
        ModelFileException { InnerException: IOException full } when IsFull(full) || FileLimit.IsReached(full) => Of(full),
        OutOfMemoryException => NoMemory(batchSize),
        ExternalException when error.Message.Contains("not enough memory", StringComparison.Ordinal) || error.Message.Contains("can't allocate memory", StringComparison.Ordinal) =>
            NoMemory(batchSize),
        IOException full when IsFull(full) =>
            "The disk is full. What was measured is kept; with more room, 'runner resume' goes on.",
        _ when FileLimit.IsReached(error) =>
            "A file would be larger than this process may write (ulimit -f). What was measured is kept; with a higher limit, 'runner resume' goes on.",
        ExternalException => $"libtorch says: {FirstLine(error.Message)}",
        _ => FirstLine(error.Message),
    };

    private static string NoMemory(int? batchSize) => batchSize is > 1 and var size
        ? $"There is not enough memory for batches of {size} examples. Try batch_size: {size / 2}."
        : "There is not enough memory. A smaller batch_size needs less.";

    private static bool IsFull(IOException error) =>
        error.HResult is FullOfLinux or FullOfWindows or QuotaOfLinux || error.Message.Contains("No space left", StringComparison.Ordinal);

    private static string FirstLine(string message)
    {
        var frames = message.IndexOf("Exception raised from", StringComparison.Ordinal);
        return (frames < 0 ? message : message[..frames]).Trim().Split('\n')[0].Trim();
    }
}
