using ExperimentRunner.Engine.Tensors;

namespace ExperimentRunner.Engine.Inputs;

/// <summary>What is known of a data set without reading it: splits, columns, shapes. A part that only the data tell is null.</summary>
/// <param name="Splits">The splits by name; null when only the data tell.</param>
public sealed record DataDescription(IReadOnlyDictionary<string, SplitDescription>? Splits)
{
    /// <summary>Nothing is known.</summary>
    public static DataDescription Unknown { get; } = new((IReadOnlyDictionary<string, SplitDescription>?)null);
}

/// <summary>What is known of a split without reading it.</summary>
/// <param name="Columns">The columns by name, each with the shape of its examples (the batch first); null when only the data tell.</param>
/// <param name="Count">How many examples there are; null when only the data tell.</param>
public sealed record SplitDescription(IReadOnlyDictionary<string, Spec?>? Columns, long? Count = null);
