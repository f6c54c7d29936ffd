using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Keeps the figures of every epoch. Every training here does, so that it changes nothing, as in Keras.</summary>
/// <remarks>
/// Writes: nothing; the figures are in <c>metrics.jsonl</c> anyhow.
/// Source: Keras 3, <c>keras.callbacks.History</c>.
/// </remarks>
/// <example>History</example>
[KerasName("History")]
public sealed record History : Callback
{
    /// <inheritdoc/>
    public override TrainingListener Start() => new Silent();
}

/// <summary>Looks on and does nothing.</summary>
internal sealed class Silent : TrainingListener;
