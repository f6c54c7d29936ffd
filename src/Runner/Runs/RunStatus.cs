namespace ExperimentRunner.Runner.Runs;

/// <summary>How a run stands. <c>crashed</c> is what readers say of a running one whose process is gone; nobody writes it.</summary>
internal enum RunStatus
{
    /// <summary>It is at work.</summary>
    Running,

    /// <summary>It did all it was asked.</summary>
    Done,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It was asked to stop, and saved everything.</summary>
    Stopped,
}
