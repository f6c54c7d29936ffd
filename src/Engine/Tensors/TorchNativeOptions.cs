namespace ExperimentRunner.Engine.Tensors;

/// <summary>How libtorch uses this machine.</summary>
public sealed record TorchNativeOptions
{
    /// <summary>Threads that one operation may use; null leaves it to libtorch, which takes every core.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Whether other processes compute on the same cores, as tests and the workers of a sweep do. Idle threads then sleep at once:
    /// two processes of two threads on two cores are three times as fast; alone, it costs up to 15 %.
    /// </summary>
    public bool SharedCores { get; init; }

    /// <summary>The folder of libtorch; null looks beside the program. A variable of the environment says it too:
    /// <c>EXPERIMENTRUNNER_LIBTORCH</c>.</summary>
    public string? Folder { get; init; } = Environment.GetEnvironmentVariable("EXPERIMENTRUNNER_LIBTORCH");
}
