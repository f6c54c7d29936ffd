namespace ExperimentRunner.Runner.Hosting;

/// <summary>Somebody's wish, from any thread, that the run be kept as it is at the next step.</summary>
internal sealed class CheckpointRequest
{
    private volatile bool _asked;

    /// <summary>Whether it was asked for and not done yet.</summary>
    internal bool IsAsked => _asked;

    /// <summary>Asks for it.</summary>
    internal void Ask() => _asked = true;

    /// <summary>It is done.</summary>
    internal void Done() => _asked = false;
}
