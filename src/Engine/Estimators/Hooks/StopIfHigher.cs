using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Ends a <c>train_and_evaluate</c> when an evaluation's figure is above a threshold.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.experimental.stop_if_higher_hook</c>.</remarks>
/// <example>stop_if_higher: { metric_name: accuracy, threshold: 0.99 }</example>
[KerasName("stop_if_higher", "stop_if_higher_hook")]
public sealed record StopIfHigher : StopIfHook
{
    /// <summary>What must be exceeded.</summary>
    public required double Threshold { get; init; }

    /// <inheritdoc/>
    internal override string? ReasonToStop(IReadOnlyList<(long Step, double Value)> values) => Beyond(values, Threshold, higher: true);
}
