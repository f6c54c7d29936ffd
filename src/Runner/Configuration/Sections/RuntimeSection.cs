using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Runner.Configuration.Sections;

/// <summary>The section <c>runtime:</c>: how the machine is used.</summary>
public sealed record RuntimeSection
{
    /// <summary>How many threads compute; by default as many as the machine or the container has.</summary>
    [AtLeast(1)]
    public int? Threads { get; init; }

    /// <summary>The type that convolutions, dense, recurrent and attention layers compute in.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Whether the same seed gives the same bits. It always does here.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>When the run keeps what it needs to go on after a stop.</summary>
    public CheckpointSection Checkpoint { get; init; } = new();

    /// <summary>Where tensors are.</summary>
    public Device Device { get; init; } = Device.Cpu;
}

/// <summary>When the run keeps what it needs to go on after a stop.</summary>
public sealed record CheckpointSection
{
    /// <summary>After how many epochs, steps or seconds.</summary>
    public Interval Every { get; init; } = new() { Epochs = 1, Secs = 600 };
}

/// <summary>A stretch of training; the first of several that is over counts.</summary>
public sealed record Interval
{
    /// <summary>So many epochs.</summary>
    [AtLeast(1)]
    public int? Epochs { get; init; }

    /// <summary>So many steps.</summary>
    [AtLeast(1)]
    public int? Steps { get; init; }

    /// <summary>So many seconds.</summary>
    [Above(0)]
    public double? Secs { get; init; }
}

/// <summary>A type to compute in.</summary>
public enum Precision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>16 bits with the range of float32, weights kept in 32.</summary>
    [KerasName("bfloat16", "mixed_bfloat16")]
    BFloat16,
}

/// <summary>Where tensors are.</summary>
public enum Device
{
    /// <summary>In the machine's memory.</summary>
    Cpu,
}
