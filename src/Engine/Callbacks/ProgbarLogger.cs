using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Callbacks;

/// <summary>Shows how the training goes. The program always does, so that it changes nothing, as in Keras.</summary>
/// <remarks>
/// Writes: nothing.
/// Source: Keras 3, <c>keras.callbacks.ProgbarLogger</c>.
/// </remarks>
/// <example>ProgbarLogger</example>
[KerasName("ProgbarLogger")]
public sealed record ProgbarLogger : Callback
{
    /// <inheritdoc/>
    public override TrainingListener Start() => new Silent();
}
