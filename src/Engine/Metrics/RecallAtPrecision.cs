using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The best recall where precision is good enough.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.RecallAtPrecision</c>.</remarks>
/// <example>RecallAtPrecision: { precision: 0.9 }</example>
[KerasName("RecallAtPrecision", "recall_at_precision")]
public sealed record RecallAtPrecision : TradeOffMetric
{
    /// <summary>The precision that is good enough, from 0 to 1.</summary>
    [Between(0, 1)]
    public required double Precision { get; init; }

    /// <inheritdoc/>
    protected override double Needed => Precision;

    private protected override (double Kept, double Wanted) Shares(Counts counts) => (counts.Precision, counts.Recall);
}
