using ExperimentRunner.Engine.Definitions;

namespace ExperimentRunner.Engine.Optimizers.Schedules;

/// <summary>Falls ever more slowly: <c>initial_learning_rate / (1 + decay_rate · step / decay_steps)</c>.</summary>
/// <remarks>Source: Keras 3, <c>keras.optimizers.schedules.InverseTimeDecay</c>.</remarks>
/// <example>InverseTimeDecay: { initial_learning_rate: 0.1, decay_steps: 1000, decay_rate: 0.5 }</example>
[KerasName("InverseTimeDecay")]
public sealed record InverseTimeDecay : LearningRateSchedule
{
    /// <summary>The learning rate of the first step.</summary>
    public required double InitialLearningRate { get; init; }

    /// <summary>After how many steps the divisor has grown by <c>decay_rate</c>.</summary>
    [PositiveSteps]
    public required StepCount DecaySteps { get; init; }

    /// <summary>What the divisor grows by in that time.</summary>
    public required double DecayRate { get; init; }

    /// <summary>Whether the rate falls at the end of that time only, not in every step.</summary>
    public bool Staircase { get; init; }

    /// <inheritdoc/>
    public override float At(long step)
    {
        var p = step / DecaySteps.Steps;
        return (float)InitialLearningRate / (1 + ((float)DecayRate * (Staircase ? MathF.Floor(p) : p)));
    }

    /// <inheritdoc/>
    public override LearningRateSchedule InSteps(long stepsPerEpoch) => this with { DecaySteps = DecaySteps.InSteps(stepsPerEpoch) };
}
