using ExperimentRunner.Engine.Callbacks;
using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators;

/// <summary>Which checkpoints stay: the best, the last, and some for good.</summary>
public sealed record KeepOptions
{
    /// <summary>How many of the best stay, by evaluations; at each a checkpoint is saved.</summary>
    [AtLeast(0)]
    public int Best { get; init; }

    /// <summary>How many of the newest stay.</summary>
    [AtLeast(1)]
    public int Last { get; init; } = 1;

    /// <summary>After so many passes over the data a checkpoint is saved that stays for good; null is never.</summary>
    [AtLeast(1)]
    public int? EveryEpochs { get; init; }

    /// <summary>The figure that says which is best.</summary>
    public string Monitor { get; init; } = "val_loss";

    /// <summary>Which direction of it is better.</summary>
    public MonitorMode Mode { get; init; }
}
