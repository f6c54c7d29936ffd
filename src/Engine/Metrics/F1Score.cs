using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The harmonic mean of precision and recall, for each class.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.F1Score</c>.</remarks>
[KerasName("F1Score", "f1_score")]
public sealed record F1Score : FScore
{
    /// <inheritdoc/>
    protected override double RecallImportance => 1;
}
