namespace ExperimentRunner.Engine.Metrics;

/// <summary>A metric that is the part of predictions that are right, from 0 to 1.</summary>
public abstract record AccuracyMetric : MeanMetric
{
    /// <inheritdoc/>
    public sealed override bool? HigherIsBetter => true;
}
