namespace ExperimentRunner.Runner.Commands;

/// <summary>What the program ends with.</summary>
internal static class ExitCodes
{
    /// <summary>All was done.</summary>
    internal const int Done = 0;

    /// <summary>The run failed.</summary>
    internal const int Failed = 1;

    /// <summary>The file or the command line is wrong.</summary>
    internal const int Wrong = 2;
}
