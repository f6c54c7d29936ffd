using ExperimentRunner.Engine.Saving;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>What a training is lent by the program around it: where files go, what time it is, and who hears what is said.</summary>
public sealed record Surroundings
{
    /// <summary>The folder in which relative paths lie.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Takes what is good to know.</summary>
    public Action<string> Inform { get; init; } = _ => { };

    /// <summary>Takes what went wrong without ending the training.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Writes what is kept of the training, beside it. What is given to it later may speak of what was given before.</summary>
    public StateWriter Writer { get; init; } = new();

    /// <summary>The path of a file as it was written: a relative one lies in the folder.</summary>
    public string PathOf(string written) => Path.GetFullPath(written, Path.GetFullPath(Folder));
}
