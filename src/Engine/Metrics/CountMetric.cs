using ExperimentRunner.Engine.Definitions;
using ExperimentRunner.Engine.Definitions.Forms;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>A metric that counts predictions of one kind: rightly or wrongly yes or no.</summary>
/// <remarks>Source: Keras 3, the confusion metrics.</remarks>
public abstract record CountMetric : Metric
{
    /// <summary>Above it, a prediction is a yes; several give several counts; null is 0.5.</summary>
    [OneOrMore, Between(0, 1)]
    public IReadOnlyList<double>? Thresholds { get; init; }

    /// <summary>What is counted.</summary>
    private protected abstract Confusion Kind { get; }

    /// <inheritdoc/>
    public sealed override MetricState Start() =>
        new ConfusionState(new ConfusionRule(Thresholds ?? [ConfusionRule.Half]), [Kind], counts => counts[0]);
}
