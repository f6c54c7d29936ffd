namespace ExperimentRunner.Engine.Saving;

/// <summary>The limit that a process may have on the length of its files (<c>ulimit -f</c>).</summary>
public static class FileLimit
{
    private const int TooLargeOfUnix = 27; // EFBIG

    /// <summary>Whether a write failed by it. Of EFBIG, .NET makes an exception about an argument, whichever call it was.</summary>
    public static bool IsReached(Exception error) => error is IOException { HResult: TooLargeOfUnix }
        || (error is ArgumentOutOfRangeException { ParamName: "value" } && error.Message.Contains("file length", StringComparison.Ordinal));
}
