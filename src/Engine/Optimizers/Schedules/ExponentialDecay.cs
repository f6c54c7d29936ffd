using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>Falls by the same part again and again: <c>initial_learning_rate · decay_rate^(step / decay_steps)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.optimizers.schedules.ExponentialDecay</c>.</remarks>
/// <example>ExponentialDecay: { initial_learning_rate: 0.1, decay_steps: 1000, decay_rate: 0.9 }</example>
[KerasName("ExponentialDecay")]
public sealed record ExponentialDecay : LearningRateSchedule
{
    /// <summary>The learning rate of the first step.</summary>
    public required double InitialLearningRate { get; init; }

    /// <summary>After how many steps the rate has fallen to <c>decay_rate</c> times itself.</summary>
    [PositiveSteps]
    public required StepCount DecaySteps { get; init; }

    /// <summary>What the rate is multiplied by in that time.</summary>
    public required double DecayRate { get; init; }

    /// <summary>Whether the rate falls at the end of that time only, not in every step.</summary>
    public bool Staircase { get; init; }

    /// <inheritdoc/>
    public override float At(long step)
    {
        var p = step / DecaySteps.Steps;
        return (float)InitialLearningRate * MathF.Pow((float)DecayRate, Staircase ? MathF.Floor(p) : p);
    }

    /// <inheritdoc/>
    public override LearningRateSchedule InSteps(long stepsPerEpoch) => this with { DecaySteps = DecaySteps.InSteps(stepsPerEpoch) };
}
