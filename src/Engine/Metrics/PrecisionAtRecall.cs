using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The best precision where recall is good enough.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.PrecisionAtRecall</c>.</remarks>
/// <example>PrecisionAtRecall: { recall: 0.9 }</example>
[KerasName("PrecisionAtRecall", "precision_at_recall")]
public sealed record PrecisionAtRecall : TradeOffMetric
{
    /// <summary>The recall that is good enough, from 0 to 1.</summary>
    [Between(0, 1)]
    public required double Recall { get; init; }

    /// <inheritdoc/>
    protected override double Needed => Recall;

    private protected override (double Kept, double Wanted) Shares(Counts counts) => (counts.Recall, counts.Precision);
}
