using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Ends a <c>train_and_evaluate</c> when an evaluation's figure has not decreased for some steps.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.experimental.stop_if_no_decrease_hook</c>.</remarks>
/// <example>stop_if_no_decrease: { metric_name: loss, max_steps_without_decrease: 1000 }</example>
[KerasName("stop_if_no_decrease", "stop_if_no_decrease_hook")]
public sealed record StopIfNoDecrease : StopIfHook
{
    /// <summary>For how many steps it may stand still.</summary>
    [AtLeast(1)]
    public required long MaxStepsWithoutDecrease { get; init; }

    /// <inheritdoc/>
    internal override string? ReasonToStop(IReadOnlyList<(long Step, double Value)> values) => NotBetter(values, MaxStepsWithoutDecrease, higher: false);
}
