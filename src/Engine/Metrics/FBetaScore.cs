using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Metrics;

/// <summary>The harmonic mean of precision and recall, recall weighing <c>beta</c> times as much, for each class.</summary>
/// <remarks>Source: Keras 3, <c>keras.metrics.FBetaScore</c>.</remarks>
[KerasName("FBetaScore", "fbeta_score", "f_beta_score")]
public sealed record FBetaScore : FScore
{
    /// <summary>How many times as important recall is as precision.</summary>
    [Above(0)]
    public double Beta { get; init; } = 1;

    /// <inheritdoc/>
    public override string DefaultName => "fbeta_score";

    /// <inheritdoc/>
    protected override double RecallImportance => Beta;
}
