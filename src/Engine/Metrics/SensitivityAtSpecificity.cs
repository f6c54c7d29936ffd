using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The best sensitivity (the part of what is true that is predicted yes) where specificity (the part of what is not true that is predicted no) is good enough.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.SensitivityAtSpecificity</c>.</remarks>
/// <example>SensitivityAtSpecificity: { specificity: 0.9 }</example>
[KerasName("SensitivityAtSpecificity", "sensitivity_at_specificity")]
public sealed record SensitivityAtSpecificity : TradeOffMetric
{
    /// <summary>The specificity that is good enough, from 0 to 1.</summary>
    [Between(0, 1)]
    public required double Specificity { get; init; }

    /// <inheritdoc/>
    protected override double Needed => Specificity;

    private protected override (double Kept, double Wanted) Shares(Counts counts) => (counts.Specificity, counts.Recall);
}
