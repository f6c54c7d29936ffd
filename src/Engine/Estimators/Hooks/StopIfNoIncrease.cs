using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Estimators.Hooks;

/// <summary>Ends a <c>train_and_evaluate</c> when an evaluation's figure has not increased for some steps.</summary>
/// <remarks>Source: TensorFlow 2.15, <c>tf.estimator.experimental.stop_if_no_increase_hook</c>.</remarks>
/// <example>stop_if_no_increase: { metric_name: accuracy, max_steps_without_increase: 1000 }</example>
[KerasName("stop_if_no_increase", "stop_if_no_increase_hook")]
public sealed record StopIfNoIncrease : StopIfHook
{
    /// <summary>For how many steps it may stand still.</summary>
    [AtLeast(1)]
    public required long MaxStepsWithoutIncrease { get; init; }

    /// <inheritdoc/>
    internal override string? ReasonToStop(IReadOnlyList<(long Step, double Value)> values) => NotBetter(values, MaxStepsWithoutIncrease, higher: true);
}
