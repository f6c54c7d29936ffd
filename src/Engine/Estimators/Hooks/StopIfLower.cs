using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Ends a <c>train_and_evaluate</c> when an evaluation's figure is below a threshold.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.experimental.stop_if_lower_hook</c>.</remarks>
/// <example>stop_if_lower: { metric_name: loss, threshold: 0.01 }</example>
[KerasName("stop_if_lower", "stop_if_lower_hook")]
public sealed record StopIfLower : StopIfHook
{
    /// <summary>What must be undercut.</summary>
    public required double Threshold { get; init; }

    /// <inheritdoc/>
    internal override string? ReasonToStop(IReadOnlyList<(long Step, double Value)> values) => Beyond(values, Threshold, higher: false);
}
