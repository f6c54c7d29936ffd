using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The best specificity (the part of what is not true that is predicted no) where sensitivity (the part of what is true that is predicted yes) is good enough.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.SpecificityAtSensitivity</c>.</remarks>
/// <example>SpecificityAtSensitivity: { sensitivity: 0.9 }</example>
[KerasName("SpecificityAtSensitivity", "specificity_at_sensitivity")]
public sealed record SpecificityAtSensitivity : TradeOffMetric
{
    /// <summary>The sensitivity that is good enough, from 0 to 1.</summary>
    [Between(0, 1)]
    public required double Sensitivity { get; init; }

    /// <inheritdoc/>
    protected override double Needed => Sensitivity;

    private protected override (double Kept, double Wanted) Shares(Counts counts) => (counts.Recall, counts.Specificity);
}
